/** Encodings of texts that are too short for much statistics. */
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { analysed, failureOf, file, withTexts } from './measured.ts';

withTexts();

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const swapped = (text: string): Buffer => utf16(text).swap16();

async function encodingOf(bytes: Buffer): Promise<string> {
  return (await analysed('short.txt', bytes)).text.encoding.name;
}

describe('bytes that are mostly ASCII are no UTF-16', () => {
  it.each([
    ['Le café est fermé le dimanche.\n', /^windows-/],
    ['Jürgen Müller\nJosé García\n', /^windows-/],
    ['./readme.txt\0./licence.txt\0', /^utf-8$/],
    ['line one\nline \0two\nline three\n', /^utf-8$/],
  ])('%j', async (text, name) => {
    expect(await encodingOf(latin(text))).toMatch(name);
  });

  it('not even where there are so many zeros that it is no text', async () => {
    const failure = await failureOf(await file('names.txt', './a.txt\0./b.txt\0'));
    expect(failure).toMatchObject({ code: 'NOT_TEXT' });
  });
});

describe('Latin letters are no Thai or Hebrew marks', () => {
  it.each(['José,12\nRenée,13\nAndré,14\n', 'Le café est fermé le dimanche.\n'])('%j', async (text) => {
    expect(await encodingOf(latin(text))).toBe('windows-1252');
  });
  it.each([
    ['windows-874', 'สวัสดีครับ ผมชื่อสมชาย ผมอยู่ที่กรุงเทพ\n'],
    ['windows-1255', 'שָׁלוֹם עוֹלָם, מה שלומך היום?\n'],
  ])('%s itself is found', async (name, text) => {
    expect(await encodingOf(iconv.encode(text, name))).toBe(name);
  });
});

describe('UTF-16 without a mark', () => {
  it.each([
    'Hello world',
    'Hi there, you\n',
    'これはひらがなでかかれたぶんです。\nとてもみじかいです。\n',
    'これは日本語の文章です。\n',
    '这是一个中文的句子。\n我们在学校。\n',
    'यह हिन्दी में लिखा है।\nनमस्ते\n',
    'ਇਹ ਪੰਜਾਬੀ ਵਿੱਚ ਹੈ।\n',
    'Это по-русски.\n',
  ])('%j', async (text) => {
    expect(await encodingOf(utf16(text))).toBe('utf-16le');
    expect(await encodingOf(swapped(text))).toBe('utf-16be');
  });
});
