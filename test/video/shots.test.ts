import { describe, expect, test } from 'vitest';
import { findCuts } from '../../kinds/video/shots.ts';

const settings = { threshold: 27, minSeconds: 0.6 };

/** Frames at 24 fps whose score is 0, but 50 at the frames named. */
function framesWith(above: readonly number[], count = 200) {
  const time = Float64Array.from({ length: count }, (_, frame) => frame / 24);
  const score = Float64Array.from({ length: count }, (_, frame) => (above.includes(frame) ? 50 : 0));
  return { count, time, score };
}

describe('cuts of the content detector', () => {
  test('a frame over the threshold starts a shot', () => {
    expect(findCuts(framesWith([40, 100]), settings)).toEqual([40, 100]);
  });

  test('a change in the first 0.6 s is no cut', () => {
    expect(findCuts(framesWith([5]), settings)).toEqual([]);
    expect(findCuts(framesWith([15]), settings)).toEqual([15]);
  });

  test('changes in quick succession become one cut, the last of them, when they last long enough', () => {
    const flicker = Array.from({ length: 20 }, (_, index) => 61 + index);
    expect(findCuts(framesWith([50, ...flicker]), settings)).toEqual([50, 80]);
  });

  test('a single change soon after a cut is merged into nothing until a later one', () => {
    expect(findCuts(framesWith([50, 60]), settings)).toEqual([50]);
    expect(findCuts(framesWith([50, 60, 120]), settings)).toEqual([50, 120]);
  });

  test('a score of exactly the threshold counts', () => {
    const frames = framesWith([]);
    frames.score[30] = 27;
    expect(findCuts(frames, settings)).toEqual([30]);
  });
});
