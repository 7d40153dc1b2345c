/** Films with something wrong in them that can be analysed all the same: each completes and says what was wrong. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VideoResult } from '../../client/index.ts';
import { clip, damaged, declareDimensions, declareDuration, truncated } from '../support/hostile/clips.ts';
import { hostileNames } from '../support/hostile/names.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { completed, refusalOf } from '../support/hostile/verdicts.ts';
import { launch, type Product, startProduct } from '../support/product.ts';

interface Case {
  readonly title: string;
  readonly make: (directory: string) => string;
  /** Alerts that the result must have. */
  readonly says: readonly string[];
  readonly status: VideoResult['status'];
  readonly frames?: number;
  readonly also?: (video: VideoResult['video']) => void;
}

const measuredOf = (video: VideoResult['video']) =>
  video.streams.find((stream) => stream.index === video.analysed_stream)?.video?.measured;

const cases: readonly Case[] = [
  {
    title: 'cut off, and its start decodes',
    make: (files) => truncated(clip(join(files, 'cut.mp4')), 0.6),
    says: ['TRUNCATED'],
    status: 'partial',
    also: (video) => {
      expect(measuredOf(video)?.frames_decoded).toBeGreaterThan(20);
      expect(measuredOf(video)?.frames_decoded).toBeLessThan(75);
      expect(video.container.duration_declared_s).toBeCloseTo(3, 1);
      expect(video.container.duration_measured_s).toBeLessThan(2.9);
    },
  },
  {
    title: 'MPEG-TS cut in mid-packet',
    make: (files) =>
      truncated(clip(join(files, 'cut.ts'), { output: ['-c:v', 'mpeg2video', '-f', 'mpegts'] }), 0.61),
    says: [],
    status: 'partial',
  },
  {
    title: '65535x65535 in the header',
    make: (files) => declareDimensions(clip(join(files, 'huge.mp4')), 65_535, 65_535),
    says: ['DIMENSION_MISMATCH'],
    status: 'complete',
    frames: 75,
    also: (video) => expect(video.streams[0]?.video).toMatchObject({ width_px: 160, height_px: 120 }),
  },
  {
    title: 'a duration of 49 days in the header',
    make: (files) => declareDuration(clip(join(files, 'days.mp4'))),
    says: ['DURATION_MISMATCH'],
    status: 'complete',
    frames: 75,
  },
  {
    title: 'damaged pictures',
    make: (files) => damaged(clip(join(files, 'damaged.mp4'))),
    says: ['DECODE_ERRORS'],
    status: 'partial',
  },
  {
    title: 'a film named .csv',
    make: (files) => {
      copyFileSync(launch, join(files, 'film.csv'));
      return join(files, 'film.csv');
    },
    says: ['EXTENSION_MISMATCH'],
    status: 'complete',
  },
  {
    title: 'all black',
    make: (files) =>
      clip(join(files, 'black.mp4'), { source: 'color=black:size=160x120:rate=25:duration=3' }),
    says: ['BLACK_START', 'NO_AUDIO'],
    status: 'complete',
    frames: 75,
    also: (video) => expect(video.technical.black).toMatchObject([{ start_s: 0, end_s: 2.96 }]),
  },
  {
    title: 'one frame',
    make: (files) => clip(join(files, 'one.mp4'), { output: ['-frames:v', '1'] }),
    says: ['NO_AUDIO'],
    status: 'complete',
    frames: 1,
    also: (video) => expect(video.shots).toHaveLength(1),
  },
  {
    title: '18x10 pixels',
    make: (files) => clip(join(files, 'tiny.mp4'), { source: 'testsrc=size=18x10:rate=25:duration=1' }),
    says: ['NO_AUDIO'],
    status: 'complete',
    frames: 25,
  },
  {
    title: 'a strip of 2x1080 pixels',
    make: (files) => clip(join(files, 'strip.mp4'), { source: 'testsrc2=size=2x1080:rate=25:duration=1' }),
    says: [],
    status: 'complete',
    frames: 25,
  },
  {
    title: '20 streams',
    make: (files) =>
      clip(join(files, 'streams.mp4'), {
        audio: 'tone',
        output: Array.from({ length: 10 }, () => ['-map', '0:v', '-map', '1:a']).flat(),
      }),
    says: [],
    status: 'complete',
    frames: 75,
    also: (video) => expect(video.streams).toHaveLength(20),
  },
  {
    title: 'digital silence',
    make: (files) =>
      clip(join(files, 'silent.mp4'), {
        audio: 'tone',
        output: ['-af', 'volume=0'],
      }),
    says: ['SILENT_AUDIO'],
    status: 'complete',
    frames: 75,
    also: (video) => expect(video.audio?.loudness.integrated_lufs).toBeNull(),
  },
];

const names = Object.entries(hostileNames('mp4'));
const temporary = privateTemporary();
let product: Product;
let before: Surroundings;

beforeAll(async () => {
  product = await startProduct();
  const paths = cases.map((one) => one.make(product.files));
  const plain = clip(join(product.files, 'plain.mp4'), { audio: 'tone' });
  const named = names.map(([, name]) => {
    copyFileSync(plain, join(product.files, name));
    return join(product.files, name);
  });
  const zero = declareDimensions(clip(join(product.files, 'zero.mp4')), 0, 0);
  before = lookAround(product, temporary.path);
  await product.client.submitMany([
    { kind: 'video', resourceId: 'plain', source: plain },
    { kind: 'video', resourceId: 'zero', source: zero },
    ...paths.map((source, index) => ({ kind: 'video', resourceId: `odd-${index}`, source })),
    ...named.map((source, index) => ({ kind: 'video', resourceId: `named-${index}`, source })),
  ]);
});
afterAll(async () => {
  await product.stop();
  temporary.remove();
});

describe('completes, and says what was wrong', () => {
  it.each(cases.map((one, index) => ({ ...one, index })))('$title', async (one) => {
    const { document, codes } = await completed(product, 'video', `odd-${one.index}`);
    expect(codes).toEqual(expect.arrayContaining([...one.says]));
    expect(document.status, codes.join()).toBe(one.status);
    if (one.frames !== undefined) expect(measuredOf(document.video)?.frames_decoded).toBe(one.frames);
    one.also?.(document.video);
  });
});

it('refuses a film whose header says 0x0', async () => {
  expect(await refusalOf(product, { kind: 'video', resourceId: 'zero' })).toMatchObject({
    code: 'INVALID_DIMENSIONS',
  });
});

describe('gives the same result as under a plain name', () => {
  it.each(names.map(([title, name], index) => ({ title, name, index })))(
    '$title',
    async ({ name, index }) => {
      const plain = await completed(product, 'video', 'plain');
      const { document, codes } = await completed(product, 'video', `named-${index}`);
      expect(document.resource.name).toBe(name);
      expect(codes).toEqual(plain.codes);
      expect(document.video.shots).toEqual(plain.document.video.shots);
      expect(document.video.quality).toEqual(plain.document.video.quality);
      expect(document.video.audio?.loudness).toEqual(plain.document.video.audio?.loudness);
    },
  );
});

it('takes such names on the command line, and prints one line for each', async () => {
  const run = await product.cli(['analyze', '--json', '--', ...names.map(([, name]) => name)]);
  expect(run.code, run.stderr).toBe(0);
  const printed = run.records.map((record) => (record['result'] as VideoResult).resource.name);
  expect(printed.sort()).toEqual(names.map(([, name]) => name).sort());
});

it('leaves workers, processes, files and prototypes as they were', async () => {
  await expectUntouched(product, temporary.path, before);
});
