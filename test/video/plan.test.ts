import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planChunks } from '../../kinds/video/plan.ts';

const timeBase = { num: 1, den: 1000 };

function keyframesEvery(ms: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({ pts: index * ms, packetsBefore: index * 50 }));
}

describe('planning chunks', () => {
  test('a film of ten minutes with a keyframe every two seconds becomes chunks of a minute', () => {
    const chunks = planChunks({
      keyframes: keyframesEvery(2_000, 300),
      packets: 15_000,
      timeBase,
      durationSeconds: 600,
      chunkSeconds: 60,
      seekable: true,
    });
    expect(chunks).toHaveLength(10);
    expect(chunks[0]).toEqual({ startPts: null, endPts: 60_000, packets: 1_500 });
    expect(chunks[9]).toEqual({ startPts: 540_000, endPts: null, packets: 1_500 });
  });

  test('what cannot be sought in is one chunk', () => {
    const input = {
      keyframes: keyframesEvery(2_000, 300),
      packets: 15_000,
      timeBase,
      durationSeconds: 600,
      chunkSeconds: 60,
    };
    expect(planChunks({ ...input, seekable: false })).toEqual([
      { startPts: null, endPts: null, packets: 15_000 },
    ]);
  });

  test('chunks follow each other without gap, and there are never more than 900', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 3_000 }),
        fc.integer({ min: 1, max: 100 }),
        (distances, chunkSeconds) => {
          let pts = 0;
          const keyframes = distances.map((distance, index) => ({
            pts: (pts += distance),
            packetsBefore: index,
          }));
          const durationSeconds = (pts - (keyframes[0]?.pts ?? 0)) / 1000;
          const chunks = planChunks({
            keyframes,
            packets: distances.length,
            timeBase,
            durationSeconds,
            chunkSeconds,
            seekable: true,
          });
          expect(chunks.length).toBeLessThanOrEqual(901);
          expect(chunks[0]?.startPts).toBeNull();
          expect(chunks.at(-1)?.endPts).toBeNull();
          chunks.slice(1).forEach((chunk, index) => expect(chunk.startPts).toBe(chunks[index]?.endPts));
          expect(chunks.reduce((sum, chunk) => sum + chunk.packets, 0)).toBe(distances.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});
