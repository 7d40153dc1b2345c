/** Speech, found by the real model in the real sandbox. */
import { spawnSync } from 'node:child_process';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { detectSpeech, type SpeechFound, type SpeechOptions } from '../../activities/inference/speech.ts';
import { runStep } from '../../tools/step-runner.ts';
import { makeDirectory } from './sandboxed.ts';

const fixtures = process.env['ONCEFLOW_TEST_FIXTURES'] ?? '/work/shared/fixtures';

const { ffmpeg } = await findMediaTools();

function decode(file: string): string {
  const path = join(makeDirectory(), 'track.f32');
  const args = ['-v', 'error', '-i', file, '-ac', '1', '-ar', '16000', '-f', 'f32le', '-y', path];
  expect(spawnSync(ffmpeg.path, args, { stdio: 'inherit' }).status).toBe(0);
  return path;
}

async function speechIn(pcmPath: string, options: SpeechOptions = {}): Promise<SpeechFound> {
  const { document } = await runStep(
    async (context) => ({
      value: null,
      document: await detectSpeech(context, { pcmPath, sampleRate: 16_000 }, options),
    }),
    pcmPath,
    null,
    { digest: 'left-out' },
  );
  return document as SpeechFound;
}

it('x', async () => {
  for (const f of ['sense_and_sensibility_01_austen_64kb-0870.wav', 'sintel_trailer-720p.mp4', 'jfk.mp3']) {
  const t = performance.now();
  const found = await speechIn(decode(join(fixtures, f)));
  console.log(f, performance.now() - t, JSON.stringify(found));
  }
});
