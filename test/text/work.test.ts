/** Work grows with the size of a text and memory does not: four times the text, well below sixteen times the work. */
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { censusStream } from '../../media/text/census.ts';
import { measureText } from '../../media/text/measure-text.ts';
import { vocabulary } from '../../media/text/vocabulary.ts';

const directory = mkdtempSync(join(tmpdir(), 'onceflow-work-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const PIECE = 65_536;

/** Processor time of counting a text, in pieces as they are read; of three tries the best. */
function cpuMs(text: string): number {
  const tries = [1, 2, 3].map(() => {
    const stream = censusStream(null);
    const before = process.cpuUsage();
    for (let at = 0; at < text.length; at += PIECE) stream.add(text.slice(at, at + PIECE));
    stream.end();
    return process.cpuUsage(before).user / 1000;
  });
  return Math.min(...tries);
}

/** Each would make a pattern with nested or unbounded repetition quadratic. */
const TRAPS: Readonly<Record<string, string>> = {
  'one word': 'a',
  'one line': 'lorem ipsum ',
  'signs of addresses': 'a@',
  'dots of domains': 'a.',
  'beginnings of links': 'a://',
  'digits of cards': '1 ',
  'one number': '7',
  'beginnings of accounts': 'DE12 ',
  'brackets of telephones': '+1(',
  'colons of addresses': 'a:',
  apostrophes: "a'",
  'line ends': '\n',
  marks: '\u0301',
  'joined emoji': '👩\u200d',
  'open tags': '<a',
};

describe('linear time', () => {
  it.each(Object.entries(TRAPS))('%s', (_, unit) => {
    const small = unit.repeat(Math.ceil(50_000 / unit.length));
    cpuMs(small);
    expect(cpuMs(small.repeat(4))).toBeLessThan(12 * cpuMs(small) + 100);
  });
});

it('measures a line and a word of 20 MB completely', { timeout: 120_000 }, async () => {
  const path = join(directory, 'word.txt');
  writeFileSync(path, 'w'.repeat(20_000_000));
  const job = { inputPath: path, encoding: 'auto', language: 'auto', keywords: 5, summarySentences: 3 };
  const { counts, sample } = (await measureText(job, () => undefined)) as Record<
    string,
    Record<string, unknown>
  >;
  expect(counts).toMatchObject({
    code_points: 20_000_000,
    words: 1,
    lines: 1,
    longest_word_code_points: 20_000_000,
  });
  expect(JSON.stringify(counts).length).toBeLessThan(10_000);
  expect(sample).toMatchObject({ whole: false, of_bytes: 20_000_000 });
});

it('a vocabulary without room keeps what is frequent and estimates the rest', () => {
  const words = vocabulary({ words: 1000, units: 1_000_000 });
  for (let index = 0; index < 20_000; index += 1) {
    words.add(`rare${index}`);
    words.add('frequent');
    if (index % 4 === 0) words.add('second');
  }
  expect(words.top(2)).toEqual([
    { word: 'frequent', count: 20_000 },
    { word: 'second', count: 5000 },
  ]);
  const { distinct, exact, hapax } = words.summary();
  expect({ exact, hapax }).toEqual({ exact: false, hapax: null });
  expect(Math.abs(distinct - 20_002)).toBeLessThan(800);
});
