/** Videos made by ffmpeg for tests, with known cuts. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
export const TRAILER = fileURLToPath(
  new URL('../../examples/media/sintel_trailer-720p.mp4', import.meta.url),
);

export interface Workshop {
  readonly directory: string;
  /** A new empty folder. */
  readonly folder: () => string;
  /** Runs ffmpeg and answers with the path of the file named last. */
  readonly make: (name: string, ...args: readonly string[]) => string;
  readonly close: () => void;
}

export async function openWorkshop(): Promise<Workshop> {
  const { ffmpeg } = await findMediaTools();
  const directory = mkdtempSync(join(tmpdir(), 'video-test-'));
  return {
    directory,
    folder: () => mkdtempSync(join(directory, 'run-')),
    make: (name, ...args) => {
      const path = join(directory, name);
      execFileSync(ffmpeg.path, ['-nostdin', '-v', 'error', '-y', ...args, path], {
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      return path;
    },
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Frames of each part of the film below; a cut lies between any two. */
const PARTS = [60, 45, 50, 30, 70] as const;
export const CUTS: readonly number[] = [60, 105, 155, 185];

/** Arguments that make a film of five parts at 25 fps: bars, a fractal, red, black, moving shapes. */
export function film(size: string): readonly string[] {
  const seconds = PARTS.map((frames) => (frames / 25).toFixed(2));
  const sources = [
    `testsrc=s=${size}:r=25:d=${seconds[0]}`,
    `mandelbrot=s=${size}:r=25:start_scale=0.5`,
    `color=c=red:s=${size}:r=25:d=${seconds[2]}`,
    `color=c=black:s=${size}:r=25:d=${seconds[3]}`,
    `testsrc2=s=${size}:r=25:d=${seconds[4]}`,
  ];
  const graph = `[1]trim=duration=${seconds[1]}[m];[0][m][2][3][4]concat=n=5:v=1,format=yuv420p[v]`;
  return [
    ...sources.flatMap((source) => ['-f', 'lavfi', '-i', source]),
    '-filter_complex',
    graph,
    '-map',
    '[v]',
  ];
}
