/**
 * Whole analysis of audio against real time: how many seconds of sound are analysed in a second. All steps run with
 * the real sandbox, without ledger and engine; levels, spectrum and speech run beside each other, as workers do them.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { analyseAudio } from '../test/audio/analyse.ts';
import type { Measured } from './measured.ts';

const GOAL = 100;
const ROUNDS = 3;
const TRAILER = fileURLToPath(new URL('../examples/media/sintel_trailer-720p.mp4', import.meta.url));
const SPEECH = fileURLToPath(new URL('../test/fixtures/jfk.mp3', import.meta.url));

/** Twenty minutes each of a film's stereo sound, and of speech. */
export async function measureAudio(log: (line: string) => void): Promise<readonly Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-audio-'));
  try {
    const ffmpeg = (await findMediaTools()).ffmpeg.path;
    const film = repeated(ffmpeg, TRAILER, 22, join(directory, 'film.mp3'));
    const speech = repeated(ffmpeg, SPEECH, 108, join(directory, 'speech.mp3'));
    const found: Measured[] = [];
    for (const [name, file] of [
      ['sound of a film, stereo 48 kHz', film],
      ['speech, mono 16 kHz', speech],
    ] as const) {
      log(`${name}: ${ROUNDS} rounds`);
      found.push(await measureFile(name, file, directory));
    }
    return found;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function repeated(ffmpeg: string, source: string, times: number, file: string): string {
  const input = ['-stream_loop', String(times), '-i', source, '-vn'];
  execFileSync(ffmpeg, ['-v', 'error', '-nostdin', ...input, '-c:a', 'libmp3lame', '-b:a', '128k', file], {
    stdio: 'ignore',
  });
  return file;
}

async function measureFile(name: string, file: string, directory: string): Promise<Measured> {
  const walls: number[] = [];
  const steps = new Map<string, number[]>();
  let sound = 0;
  let speech = 'not run';
  for (let round = 0; round < ROUNDS; round++) {
    const own = mkdtempSync(join(directory, 'run-'));
    const began = performance.now();
    const { result, outputs } = await analyseAudio(file, own);
    walls.push((performance.now() - began) / 1000);
    for (const { step, ms } of outputs) steps.set(step, [...(steps.get(step) ?? []), ms / 1000]);
    sound = result.audio.track.duration_measured_s;
    speech = result.audio.speech.status;
    rmSync(own, { recursive: true, force: true });
  }
  const wall = median(walls);
  const parts = Object.fromEntries([...steps].map(([step, seconds]) => [step, median(seconds)]));
  return {
    name: `${name}, speech ${speech}: seconds of sound in a second`,
    ratio: sound / wall,
    goal: GOAL,
    better: 'more',
    parts: { 'seconds of sound': sound, 'whole analysis': wall, ...parts },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
