import { describe, expect, test } from 'vitest';
import { type Box, type ReadKeyframe, textSpans } from '../../kinds/video/text-spans.ts';

const at = (x: number, y: number): Box => [
  [x, y],
  [x + 100, y],
  [x + 100, y + 20],
  [x, y + 20],
];
const line = (text: string, confidence = 0.9, box = at(10, 10)) => ({ text, confidence, box });
const seen = (...keyframes: readonly (readonly ReturnType<typeof line>[])[]): readonly ReadKeyframe[] =>
  keyframes.map((lines, shot) => ({ shot, t_s: shot * 2 + 1, lines }));
const told = (keyframes: readonly ReadKeyframe[]): readonly string[] =>
  textSpans(keyframes).map((span) => `${span.text} ${span.first_shot}-${span.last_shot}`);

describe('spans of on-screen text', () => {
  test('a line that stays over adjacent keyframes is one span, told as it was read best', () => {
    const [span, ...more] = textSpans(
      seen([line('THE END', 0.7)], [line('The  End', 0.95)], [line('the end')]),
    );
    expect(more).toEqual([]);
    expect(span).toMatchObject({ text: 'The  End', confidence: 0.95, sightings: 3 });
    expect(span).toMatchObject({ first_seen_s: 1, last_seen_s: 5, first_shot: 0, last_shot: 2 });
  });

  test('a line that comes back after a keyframe without it is a new span', () => {
    expect(told(seen([line('NEWS')], [], [line('NEWS')]))).toEqual(['NEWS 0-0', 'NEWS 2-2']);
  });

  test('the same line twice in one keyframe is two spans', () => {
    const both = [line('GOAL', 0.9, at(0, 0)), line('GOAL', 0.9, at(300, 0))];
    expect(told(seen(both, both))).toEqual(['GOAL 0-1', 'GOAL 0-1']);
  });

  test('a character read wrong does not end a span in the same place', () => {
    expect(told(seen([line('durian.blender.org', 0.9)], [line('durian.b1ender.org', 0.8)]))).toEqual([
      'durian.blender.org 0-1',
    ]);
  });

  test('alike is not the same in another place, nor in a short line', () => {
    const moved = line('durian.b1ender.org', 0.8, at(400, 300));
    expect(told(seen([line('durian.blender.org')], [moved]))).toHaveLength(2);
    expect(told(seen([line('2:45')], [line('2:46')]))).toHaveLength(2);
  });

  test('lines without letters, boxes without size and very long lines are compared in time', () => {
    const long = 'x'.repeat(100_000);
    const odd = [line(''), line('a', 0, []), line(long), line(`${long}y`)];
    expect(textSpans(seen(odd, odd)).every(({ sightings }) => sightings === 2)).toBe(true);
  });
});
