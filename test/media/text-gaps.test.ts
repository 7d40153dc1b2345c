/** How much ground is found between the characters of a line that was cut out for the recogniser. */
import { describe, expect, it } from 'vitest';
import { gapsOf } from '../../media/inference/text/gaps.ts';

const [HEIGHT, STRIDE] = [48, 400];

interface Bar {
  readonly from: number;
  readonly width: number;
  /** -1 black to 1 white. */
  readonly colour: number;
}

/** Bars as high as letters on one ground, in three planes. */
function lineOf(bars: readonly Bar[], ground = 1): Parameters<typeof gapsOf>[0] {
  const planes = new Float32Array(3 * HEIGHT * STRIDE).fill(ground);
  for (let row = 0; row < 3 * HEIGHT; row += 1) {
    for (const { from, width, colour } of bars)
      planes.fill(colour, row * STRIDE + from, row * STRIDE + from + width);
  }
  return { planes, height: HEIGHT, stride: STRIDE, width: STRIDE };
}

function bars(colours: readonly number[]): readonly Bar[] {
  return colours.map((colour, index) => ({ from: 30 + index * 30, width: 20, colour }));
}

const middles = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => 40 + index * 30);

describe('the ground between characters', () => {
  it('is what lies between their edges, and none before the first', () => {
    expect(gapsOf(lineOf(bars([-1, -1, -1])), middles(3))).toEqual([0, 10, 10]);
    expect(gapsOf(lineOf([]), [])).toEqual([]);
  });

  it.each([
    ['dark and light on white', 1, [-1, -1, -1, 0.6, 0.6, 0.6]],
    ['light and dark on white', 1, [0.6, 0.6, 0.6, -1, -1, -1]],
    ['light and dark on black', -1, [1, 1, 1, -0.4, -0.4, -0.4]],
    ['one light letter within a word', 1, [-1, -1, 0.6, -1, -1, -1]],
  ])('is the same for words of two colours: %s', (_, ground, colours) => {
    expect(gapsOf(lineOf(bars(colours), ground), middles(6))).toEqual([0, 10, 10, 10, 10, 10]);
  });

  it('is what hardly differs from the ground too, as the edges of compressed letters', () => {
    const smudge = { from: 50, width: 10, colour: 0.7 };
    expect(gapsOf(lineOf([...bars([-1, -1]), smudge]), middles(2))).toEqual([0, 10]);
  });

  it('is none where a character stands beyond the line, as models may say', () => {
    expect(gapsOf(lineOf(bars([-1])), [40, 500])).toHaveLength(2);
  });
});
