/** Every reference answer about the three videos that nobody on this project made. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { videoResultSchema } from '../../kinds/video/result.ts';
import type { TruthRecord } from '../../tools/truth/compare.ts';
import { videoMapping } from '../../tools/truth/video.ts';
import { brokenRules } from '../support/result-rules.ts';
import { analyseVideo } from './analyse.ts';
import { fixture, openWorkshop, TRAILER, type Workshop } from './made.ts';

const { records } = JSON.parse(readFileSync(fixture('truth.json'), 'utf8')) as { records: TruthRecord[] };

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

describe('reference answers', () => {
  test.each([
    ['sintel_trailer-720p.mp4', TRAILER],
    ['oa4_launch.webm', fixture('oa4_launch.webm')],
    ['sintel-captions.ts', fixture('sintel-captions.ts')],
  ])('all agree on %s', async (item, path) => {
    const { result } = await analyseVideo(path, workshop.folder());
    videoResultSchema.parse(result);
    expect(brokenRules(result)).toEqual([]);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const document = { ...result, resource: { ...result.resource, sha256 } };
    const own = records.filter(
      (one) => one.item === item && one.role === 'must' && one.kinds.includes('video'),
    );
    expect(own.length).toBeGreaterThan(5);
    const comparisons = own.map((record) => videoMapping(record, document));
    expect(comparisons.flatMap((all) => all ?? []).filter((one) => !one.agrees)).toEqual([]);
    expect(comparisons.every((all) => all !== undefined && all.length > 0)).toBe(true);
  });

  test('images, sprite and index of the trailer are there and can be opened', async () => {
    const { result, artefact } = await analyseVideo(TRAILER, workshop.folder());
    expect(result.video.keyframes).toHaveLength(result.video.shots.length);
    for (const { uri } of result.video.keyframes) {
      expect(readFileSync(artefact('video.keyframes', uri)).subarray(0, 2)).toEqual(
        Buffer.from([0xff, 0xd8]),
      );
    }
    expect(readFileSync(artefact('video.keyframes', 'sprite.vtt'), 'utf8')).toContain(
      'sprite.jpg#xywh=160,0,160,90',
    );
    const series = JSON.parse(readFileSync(artefact('video.audio', 'loudness.json'), 'utf8')) as {
      short_term_lufs: number[];
    };
    expect(series.short_term_lufs.length).toBeGreaterThanOrEqual(51);
  });
});
