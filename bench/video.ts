/**
 * Whole analysis of a video against ffmpeg decoding the same file and nothing else.
 *
 * All steps run here with the real sandbox, without ledger and engine: what those add is a few milliseconds a step.
 * Measured alternately, and the medians are compared, since other work on the machine slows both alike.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import { analyseVideo } from '../test/video/analyse.ts';

export interface VideoBench {
  readonly name: string;
  /** Wall clock of the analysis by wall clock of decoding. */
  readonly ratio: number;
  /** What must be reached. */
  readonly goal: number;
  readonly parts: Readonly<Record<string, number>>;
}

const GOAL = 2;
const ROUNDS = 3;
const TRAILER = fileURLToPath(new URL('../examples/sintel_trailer-720p.mp4', import.meta.url));

/** The trailer, and the trailer six times in a row. */
export async function benchVideo(trailer: string = TRAILER): Promise<readonly VideoBench[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-video-'));
  try {
    const ffmpeg = (await findMediaTools()).ffmpeg.path;
    const six = join(directory, 'six.mp4');
    writeFileSync(join(directory, 'list.txt'), `file '${trailer}'\n`.repeat(6));
    const list = ['-f', 'concat', '-safe', '0', '-i', join(directory, 'list.txt')];
    execFileSync(ffmpeg, ['-v', 'error', ...list, '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', six], {
      stdio: 'ignore',
    });
    return [
      await benchFile('Sintel trailer', trailer, ffmpeg, directory),
      await benchFile('six times', six, ffmpeg, directory),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function benchFile(name: string, file: string, ffmpeg: string, directory: string): Promise<VideoBench> {
  const decode: number[] = [];
  const analyse: number[] = [];
  let parts: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    decode.push(timed(() => decodeOnly(ffmpeg, file)));
    const own = mkdtempSync(join(directory, 'run-'));
    const began = performance.now();
    const { outputs } = await analyseVideo(file, own);
    analyse.push(performance.now() - began);
    rmSync(own, { recursive: true, force: true });
    parts = {};
    for (const { step, ms } of outputs) parts[`${step}_ms`] = Math.round((parts[`${step}_ms`] ?? 0) + ms);
  }
  const [decodeMs, analyseMs] = [median(decode), median(analyse)];
  return {
    name,
    ratio: Math.round((analyseMs / decodeMs) * 100) / 100,
    goal: GOAL,
    parts: {
      decode_only_ms: Math.round(decodeMs),
      analysis_ms: Math.round(analyseMs),
      ...parts,
      cores: availableParallelism(),
    },
  };
}

function decodeOnly(ffmpeg: string, file: string): void {
  execFileSync(ffmpeg, ['-v', 'error', '-nostdin', '-i', file, '-map', '0:v:0', '-f', 'null', '-'], {
    stdio: 'ignore',
  });
}

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

if (import.meta.main) {
  for (const bench of await benchVideo(process.argv[2])) console.log(JSON.stringify(bench));
}
