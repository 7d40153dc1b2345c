/** Files that end in the middle, of formats whose decoders take that for their end. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { openWorkshop, type Workshop } from '../video/made.ts';
import { analyseAudio } from './analyse.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const TONE = ['-f', 'lavfi', '-i', 'sine=r=48000:d=4', '-metadata', 'title=A tone'] as const;

const told = async (path: string) => {
  const { result, codes } = await analyseAudio(path, workshop.folder());
  return { status: result.status, truncated: codes.includes('TRUNCATED') };
};

test.each(['w64', 'caf', 'aiff', 'wav'])(
  'half a file in .%s is told as such, a whole one is not',
  async (extension) => {
    const whole = workshop.make(`whole.${extension}`, ...TONE);
    expect(await told(whole)).toEqual({ status: 'complete', truncated: false });
    const half = join(workshop.directory, `half.${extension}`);
    const bytes = readFileSync(whole);
    writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    expect(await told(half)).toEqual({ status: 'partial', truncated: true });
  },
);

test.each(['caf', 'wav'])('a file in .%s that was written to a pipe is whole', async (format) => {
  const { ffmpeg } = await findMediaTools();
  const path = join(workshop.directory, `piped.${format}`);
  writeFileSync(path, execFileSync(ffmpeg.path, ['-v', 'quiet', ...TONE, '-f', format, '-']));
  expect(await told(path)).toEqual({ status: 'complete', truncated: false });
});
