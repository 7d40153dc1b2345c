/** What the recogniser of text wrote, as people write it. */
import { describe, expect, it } from 'vitest';
import { alphabetOf, textOf } from '../../kinds/inference/text-lines.ts';

const ALPHABET = alphabetOf([...'abcdefghijklmnopqrstuvwxyz0123456789.,:_|-=+*，（）是中文'].join('\n'));

/** A character each four frames; so much ground before each. */
function written(text: string, gaps: Readonly<Record<number, number>> = {}): string {
  const characters = Array.from(text);
  return textOf(
    {
      ids: characters.map((character) => ALPHABET.indexOf(character)),
      probabilities: characters.map(() => 1),
      frames: characters.map((_, index) => index * 4),
      gaps: characters.map((_, index) => gaps[index] ?? 1),
    },
    ALPHABET,
  ).text;
}

describe('spaces that the recogniser left out', () => {
  it('are where much more ground shows than between letters', () => {
    expect(written('twowords', { 3: 3 })).toBe('two words');
    expect(written('twowords', { 3: 2 })).toBe('twowords');
    expect(written('two words', { 3: 3, 4: 3 })).toBe('two words');
  });

  it('are found in the shortest line that has two words', () => {
    expect(written('ab1', { 2: 3 })).toBe('ab 1');
    expect(written('a1', { 1: 3 })).toBe('a1');
  });

  it('are not where all letters stand far apart', () => {
    const apart = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [index, 3]));
    expect(written('twowords', apart)).toBe('twowords');
  });

  it('are neither before a point, a comma or a closing bracket nor around a low or an upright line', () => {
    expect(written('one.two', { 3: 3 })).toBe('one.two');
    expect(written('1,234', { 1: 3 })).toBe('1,234');
    expect(written('one_two', { 3: 3, 4: 3 })).toBe('one_two');
    expect(written('one|two', { 3: 3, 4: 3 })).toBe('one|two');
  });

  it('are around operators that stand free, where most gaps of the line are spaces', () => {
    const free = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [index, 2]));
    expect(written('x=a+b*c', free)).toBe('x = a + b * c');
    // Far apart, as letters of a title, is no reason without one.
    expect(written('xyzabcd', free)).toBe('xyzabcd');
    expect(written('x=a+bcd', { 1: 2, 2: 2, 3: 2, 4: 2 })).toBe('x = a + bcd');
    expect(written('x=a+b*c')).toBe('x=a+b*c');
  });

  it('are neither around a hyphen nor within numbers and after points for that reason', () => {
    const free = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [index, 1.5]));
    expect(written('well-known', free)).toBe('well-known');
    expect(written('x=11:11', free)).toBe('x = 11:11');
  });

  it('are none of Chinese, which has no spaces', () => {
    expect(written('中文是中文', { 2: 3 })).toBe('中文是中文');
  });
});

it('writes commas and brackets as narrow as the letters around them', () => {
  expect(written('smith，（b）')).toBe('smith,(b)');
  expect(written('中文，（b）')).toBe('中文，（b）');
});

it('numbers the characters of a dictionary from 1, and a space after the last', () => {
  expect(alphabetOf('a\nb\n')).toEqual(['', 'a', 'b', ' ']);
  expect(alphabetOf('a\nb')).toEqual(['', 'a', 'b', ' ']);
});
