/** Sound whose times start anew, or whose format changes on the way, as it is in files that were joined byte by byte. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkshop, type Workshop } from '../video/made.ts';
import { analyseAudio } from './analyse.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** A second of a tone, a second of silence, a second of the tone. */
const TONE = "aevalsrc='0.3*sin(2*PI*440*t)*(lt(t,1)+gt(t,2))':s=48000:d=3";
const source = ['-f', 'lavfi', '-i', TONE] as const;

function joined(name: string, ...parts: readonly string[]): string {
  const path = join(workshop.directory, name);
  writeFileSync(path, Buffer.concat(parts.map((part) => readFileSync(part))));
  return path;
}

test.each([
  ['ogg', 'libopus'],
  ['ts', 'aac'],
])('times that start anew in .%s are counted on', async (extension, codec) => {
  const part = workshop.make(`part.${extension}`, ...source, '-c:a', codec);
  const { result, codes } = await analyseAudio(joined(`twice.${extension}`, part, part), workshop.folder());
  const { track, silence, silence_ratio, loudness } = result.audio;
  expect(track.duration_measured_s).toBeCloseTo(6, 0);
  expect(loudness.measured_s).toBeCloseTo(track.duration_measured_s, 0);
  expect(silence.map((one) => Math.round(one.start_s))).toEqual([1, 4]);
  expect(silence.map((one) => Math.round(one.duration_s))).toEqual([1, 1]);
  expect(silence_ratio).toBeCloseTo(1 / 3, 1);
  expect(codes).not.toContain('FORMAT_CHANGES');
});

test('loudness of the last part alone is told as such where times run on', async () => {
  const stereo = workshop.make('stereo.ts', ...source, '-ac', '2', '-c:a', 'aac');
  const later = ['-ac', '1', '-c:a', 'aac', '-output_ts_offset', '3'];
  const mono = workshop.make('mono.ts', ...source, ...later);
  const { result, codes } = await analyseAudio(joined('changes.ts', stereo, mono), workshop.folder());
  expect(codes).toContain('FORMAT_CHANGES');
  expect(result.audio.loudness.measured_s).toBeCloseTo(3, 0);
  expect(result.audio.silence.map((one) => Math.round(one.start_s))).toEqual([1, 4]);
});
