/** Verbs for tests of inference: real steps with real models, in the real sandbox. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { StepContext } from '../../activities/step-context.ts';
import type { Model } from '../../kinds/models/model.ts';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { runStep } from '../../tools/step-runner.ts';
import { makeDirectory } from './sandboxed.ts';

/** What a step finds that only infers, and whose progress never goes back; `modelsDirectory` has the models that come with no package. */
export async function inStep<Found>(
  work: (context: StepContext) => Promise<Found>,
  modelsDirectory: string = makeDirectory(),
): Promise<Found> {
  const input = join(makeDirectory(), 'input');
  writeFileSync(input, 'nothing');
  const run = await runStep(
    async (context) => ({ value: null, document: await work(context) }),
    input,
    null,
    {
      digest: 'left-out',
      modelsDirectory,
    },
  );
  for (const [index, { done }] of run.progress.entries()) {
    expect(done).toBeGreaterThanOrEqual(run.progress[index - 1]?.done ?? 0);
  }
  return run.document as Found;
}

const { ffmpeg } = await findMediaTools();

/** Samples of a file, or of one of ffmpeg's own sources, as detectSpeech takes them. */
export function samplesOf(input: readonly string[]): string {
  const path = join(makeDirectory(), 'track.f32');
  const args = ['-v', 'error', ...input, '-ac', '1', '-ar', '16000', '-f', 'f32le', '-y', path];
  expect(spawnSync(ffmpeg.path, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status).toBe(0);
  return path;
}

export function samplesFile(samples: Float32Array): string {
  const path = join(makeDirectory(), 'made.f32');
  writeFileSync(path, samples);
  return path;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A models directory in which `models add` had been given these files. */
export function addedModel(
  facts: Omit<Model, 'version' | 'licence' | 'files'>,
  files: Readonly<Record<string, Uint8Array>>,
): string {
  const directory = makeDirectory();
  const folder = join(directory, facts.name, '1');
  mkdirSync(folder, { recursive: true });
  const entries = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(folder, name), bytes);
    const role = name.endsWith('.onnx') ? 'model' : 'vocabulary';
    return { name, role, bytes: bytes.length, sha256: sha256(bytes), source: null };
  });
  const manifest = { ...facts, version: '1', licence: 'MIT', files: entries };
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
  return directory;
}
