/** Every reference answer about files that nobody on this project made. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audioResultSchema } from '../../kinds/audio/result.ts';
import { audioMapping } from '../../tools/truth/audio.ts';
import type { TruthRecord } from '../../tools/truth/compare.ts';
import { fixture, openWorkshop, TRAILER, type Workshop } from '../video/made.ts';
import { analyseAudio } from './analyse.ts';

const { records } = JSON.parse(readFileSync(fixture('truth.json'), 'utf8')) as { records: TruthRecord[] };

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

describe('reference answers', () => {
  test.each([
    ['jfk.mp3', fixture('jfk.mp3')],
    ['lena.opus', fixture('lena.opus')],
    ['sense_and_sensibility_01_austen_64kb-0870.wav', fixture('sense.wav')],
    ['sintel_trailer-720p.mp4', TRAILER],
    ['oa4_launch.webm', fixture('oa4_launch.webm')],
    ['sintel-captions.ts', fixture('sintel-captions.ts')],
  ])('all agree on %s', async (item, path) => {
    const { result } = await analyseAudio(path, workshop.folder());
    audioResultSchema.parse(result);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const document = { ...result, resource: { ...result.resource, sha256 } };
    const own = records.filter(
      (one) => one.item === item && one.role === 'must' && one.kinds.includes('audio'),
    );
    expect(own.length).toBeGreaterThan(2);
    // Without a model there is no answer about speech to compare.
    const answered = own.filter(
      ({ metric }) => result.audio.speech.status === 'ok' || metric !== 'silero_vad_v5_segments',
    );
    const comparisons = answered.map((record) => audioMapping(record, document));
    expect(comparisons.flatMap((all) => all ?? []).filter((one) => !one.agrees)).toEqual([]);
    expect(comparisons.every((all) => all !== undefined)).toBe(true);
  });
});

test('speech whose channels are opposites is found where it is found in one of them', async () => {
  const opposite = workshop.make(
    'opposite.wav',
    '-i',
    fixture('sense.wav'),
    '-af',
    'pan=stereo|c0=c0|c1=-1*c0',
  );
  const [alone, both] = await Promise.all([
    analyseAudio(fixture('sense.wav'), workshop.folder()),
    analyseAudio(opposite, workshop.folder()),
  ]);
  expect(both.codes).toContain('PHASE_INVERTED');
  expect(both.result.audio.speech.channels?.method).toBe('loudest_channel');
  expect(both.result.audio.speech.segments).toEqual(alone.result.audio.speech.segments);
  expect(alone.result.audio.speech.segments).not.toEqual([]);
});
