import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Segment, segment } from '../../kinds/video/frames.ts';
import { SCENE_WINDOW, scenesOf } from '../../kinds/video/scenes.ts';
import { colourHistogram, intersection } from '../../media/video/colour-histogram.ts';

/** Shots of two seconds; letters stand for what they show, `-` for a shot without a keyframe. */
function scenesIn(letters: string, shots: readonly Segment[] = secondsEach(letters.length, 2)) {
  const hasKeyframe = (shot: number): boolean => letters[shot] !== '-';
  const similarity = (a: number, b: number): number | null =>
    hasKeyframe(a) && hasKeyframe(b) ? (letters[a] === letters[b] ? 0.9 : 0.1) : null;
  return scenesOf(shots, similarity, { minSimilarity: 0.6, hasKeyframe });
}

function secondsEach(count: number, seconds: number): readonly Segment[] {
  return Array.from({ length: count }, (_, index) => segment(index * seconds, (index + 1) * seconds));
}

const ranges = (letters: string, shots?: readonly Segment[]): readonly string[] =>
  scenesIn(letters, shots).map(({ first_shot, last_shot }) => letters.slice(first_shot, last_shot + 1));

describe('scenes', () => {
  test.each([
    ['shots of one look', 'aaa', ['aaa']],
    ['shots that share nothing', 'abc', ['a', 'b', 'c']],
    ['a dialogue that cuts between two faces', 'xababay', ['x', 'ababa', 'y']],
    ['links that overlap', 'abcadbc', ['abcadbc']],
    ['two looks that never mix', 'aabb', ['aa', 'bb']],
    ['a look that comes back five shots later', 'abcdea', ['a', 'b', 'c', 'd', 'e', 'a']],
    ['a look that comes back four shots later', 'abcda', ['abcda']],
    ['a shot without a keyframe', 'a-b', ['a-', 'b']],
    ['a first shot without a keyframe', '-ab', ['-', 'a', 'b']],
    ['no shots', '', []],
  ])('%s', (_, letters, expected) => {
    expect(ranges(letters)).toEqual(expected);
  });

  test('shots that look alike are not linked over more than half a minute', () => {
    const far = [segment(0, 2), segment(2, 2.5 + SCENE_WINDOW.window_s), segment(40, 42)];
    expect(ranges('aba', far)).toEqual(['a', 'b', 'a']);
  });

  test('a scene tells the mean similarity of its links, and null where it has none', () => {
    expect(scenesIn('aab').map(({ similarity }) => similarity)).toEqual([0.9, null]);
  });

  test('every shot is in exactly one scene, in order, whatever they look like', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[abc-]{0,40}$/), (letters) => {
        const scenes = scenesIn(letters);
        const shots = scenes.flatMap(({ first_shot, last_shot }) =>
          Array.from({ length: last_shot - first_shot + 1 }, (_, offset) => first_shot + offset),
        );
        expect(shots).toEqual([...letters].map((_, index) => index));
        expect(scenes.map(({ index }) => index)).toEqual(scenes.map((_, index) => index));
      }),
    );
  });
});

const flat = (...colour: readonly [number, number, number]): Float64Array =>
  colourHistogram(
    Uint8Array.from({ length: 300 }, (_, at) => colour[at % 3] as number),
    100,
  );

describe('colours of keyframes', () => {
  test('the same picture is wholly similar to itself, another colour not at all', () => {
    expect(intersection(flat(200, 30, 30), flat(200, 30, 30))).toBeCloseTo(1);
    expect(intersection(flat(200, 30, 30), flat(30, 30, 200))).toBe(0);
  });

  test('a little more light keeps a colour more than half similar', () => {
    // 190 and 194 lie on both sides of the edge of a bin.
    expect(intersection(flat(190, 40, 40), flat(194, 44, 44))).toBeGreaterThanOrEqual(0.6);
  });

  test('hue counts for nothing in greys and in the dark', () => {
    expect(intersection(flat(100, 105, 100), flat(105, 100, 100))).toBeCloseTo(1);
    expect(intersection(flat(20, 0, 0), flat(0, 0, 20))).toBeCloseTo(1);
  });

  test('hues of both ends of the circle are neighbours', () => {
    expect(intersection(flat(200, 0, 8), flat(200, 8, 0))).toBeGreaterThan(0.6);
  });

  test('shares sum to one, and a picture without pixels has none', () => {
    const bytes = fc.uint8Array({ minLength: 3, maxLength: 90 });
    fc.assert(
      fc.property(bytes, (rgb) => {
        const pixels = Math.floor(rgb.length / 3);
        expect(colourHistogram(rgb, pixels).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
      }),
    );
    expect(colourHistogram(new Uint8Array(0), 0).every((share) => share === 0)).toBe(true);
  });
});
