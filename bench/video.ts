/**
 * Whole analysis of a video, but for what models answer, against ffmpeg decoding the same file, picture and sound, and
 * nothing else. Speech and on-screen text take no part in the decode pass: their time is the models'.
 *
 * All steps run here with the real sandbox, without ledger and engine: what those add is a few milliseconds a step.
 * Both are measured alternately and the medians compared, since other work on the machine slows both alike.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StepOutput } from '../activities/step-context.ts';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { analyseVideo } from '../test/video/analyse.ts';
import type { Measured } from './measured.ts';

const GOAL = 2;
const ROUNDS = 3;
const TRAILER = fileURLToPath(new URL('../examples/media/sintel_trailer-720p.mp4', import.meta.url));

/** The trailer, and the trailer six times in a row. */
export async function measureVideo(
  log: (line: string) => void,
  trailer: string = TRAILER,
): Promise<readonly Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-video-'));
  try {
    const ffmpeg = (await findMediaTools()).ffmpeg.path;
    const six = repeatSixTimes(ffmpeg, trailer, directory);
    const found: Measured[] = [];
    for (const [name, file] of [
      ['sintel trailer', trailer],
      ['sintel trailer six times', six],
    ] as const) {
      log(`${name}: ${ROUNDS} rounds`);
      found.push(await measureFile(name, file, ffmpeg, directory));
    }
    return found;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function repeatSixTimes(ffmpeg: string, file: string, directory: string): string {
  const list = join(directory, 'list.txt');
  const six = join(directory, 'six.mp4');
  writeFileSync(list, `file '${file}'\n`.repeat(6));
  const streams = ['-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', six];
  execFileSync(ffmpeg, ['-v', 'error', '-f', 'concat', '-safe', '0', '-i', list, ...streams], {
    stdio: 'ignore',
  });
  return six;
}

async function measureFile(name: string, file: string, ffmpeg: string, directory: string): Promise<Measured> {
  const decode: number[] = [];
  const analyse: number[] = [];
  const steps = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    decode.push(await timed(() => decodeOnly(ffmpeg, file)));
    const own = mkdtempSync(join(directory, 'run-'));
    analyse.push(
      await timed(async () => {
        const { outputs } = await analyseVideo(file, own);
        for (const [step, seconds] of secondsOf(outputs))
          steps.set(step, [...(steps.get(step) ?? []), seconds]);
      }),
    );
    rmSync(own, { recursive: true, force: true });
  }
  const parts = Object.fromEntries([...steps].map(([step, seconds]) => [step, median(seconds)]));
  const [decoding, whole] = [median(decode), median(analyse)];
  return {
    name,
    ratio: whole / decoding,
    goal: GOAL,
    parts: { 'ffmpeg decode only': decoding, 'whole analysis': whole, ...parts },
  };
}

/** Seconds of each step, those of all chunks together; the audio runs beside the chunks. */
function secondsOf(outputs: readonly StepOutput[]): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const { step, ms } of outputs) seconds.set(step, (seconds.get(step) ?? 0) + ms / 1000);
  return seconds;
}

function decodeOnly(ffmpeg: string, file: string): void {
  execFileSync(ffmpeg, ['-v', 'error', '-nostdin', '-i', file, '-f', 'null', '-'], { stdio: 'ignore' });
}

async function timed(work: () => void | Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  for (const one of await measureVideo(console.error, file)) console.log(JSON.stringify(one));
}
