/** One small good input and one bad one for each built-in kind: a new kind adds its line here. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from '../../conformance/index.ts';
import { fixture, type Workshop } from '../video/made.ts';

type Inputs = Omit<Sample, 'kind'>;

/** Two seconds with one cut and a tone. */
function clip({ make }: Workshop): string {
  const picture = (source: string) => ['-f', 'lavfi', '-i', `${source}=s=160x90:r=25:d=1`];
  const tone = ['-f', 'lavfi', '-i', 'sine=f=440:d=2'];
  const join2 = ['-filter_complex', '[0:v][1:v]concat=n=2[v]', '-map', '[v]', '-map', '2:a'];
  const encoded = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  return make('clip.mp4', ...picture('testsrc'), ...picture('smptebars'), ...tone, ...join2, ...encoded);
}

function noise({ directory }: Workshop, name: string): string {
  const path = join(directory, name);
  let state = 1;
  const bytes = Uint8Array.from({ length: 5_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state >> 16;
  });
  writeFileSync(path, bytes);
  return path;
}

/** Steps whose models do not come along are left out. */
export const sampleOf: Readonly<Record<string, (workshop: Workshop) => Inputs>> = {
  video: (made) => ({
    good: { file: clip(made) },
    volatile: ['inference_s'],
    without: ['video.transcript', 'video.objects'],
    bad: { file: fixture('penguins.csv'), code: 'NOT_A_VIDEO' },
  }),
  audio: () => ({
    good: { file: fixture('jfk.mp3') },
    volatile: ['inference_s'],
    without: ['audio.transcript'],
    bad: { file: fixture('penguins.csv'), code: 'NOT_AUDIO' },
  }),
  image: () => ({
    good: { file: fixture('test1.jpg') },
    // They depend on what else the ledger knows.
    volatile: ['near_duplicates', 'alerts', 'facts', 'inference_s'],
    without: ['image.objects'],
    bad: { file: fixture('penguins.csv'), code: 'NOT_AN_IMAGE' },
  }),
  text: () => ({
    good: { file: fixture('udhr_hin.txt') },
    bad: { file: fixture('test1.jpg'), code: 'NOT_TEXT' },
  }),
  profiling: (made) => ({
    good: { file: fixture('penguins.csv') },
    volatile: ['max_resident_bytes'],
    bad: { file: noise(made, 'noise.csv'), code: 'NOT_A_TABLE' },
  }),
  // These take whatever bytes there are: bad is only what is not there.
  upload: (made) => ({
    good: { file: fixture('deaths.xlsx') },
    bad: { file: join(made.directory, 'missing.bin'), code: 'INPUT_NOT_FOUND' },
  }),
  'large-file': (made) => ({
    good: { file: noise(made, 'noise.bin') },
    volatile: ['throughput_bytes_per_s'],
    bad: { file: join(made.directory, 'missing.bin'), code: 'INPUT_NOT_FOUND' },
  }),
};
