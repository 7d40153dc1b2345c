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

describe('Japanese mail, which is ASCII with escape sequences', () => {
  // 日本語のメールです。 これはテストです。
  const MAIL =
    '1b2442467c4b5c386c244e2561213c256b2447243921231b28420a1b24422433246c244f2546253925482447243921231b28420a';
  it('is found and read', async () => {
    const { text } = await analysed('mail.txt', Buffer.from(MAIL, 'hex'));
    expect(text.encoding).toMatchObject({ name: 'iso-2022-jp', invalid_sequences: 0 });
    expect(text.counts).toMatchObject({ code_points: 21, lines: 2 });
    expect(text.main_language).toBe('ja');
  });
  it('is read where it is named', async () => {
    const { text } = await analysed('named.txt', Buffer.from(MAIL, 'hex'), { encoding: 'ISO-2022-JP' });
    expect(text.counts.code_points).toBe(21);
  });
  it('is none where the sequences are those of a terminal, or nothing leads back to ASCII', async () => {
    expect(await encodingOf(latin('a \x1b[31mred\x1b[0m alarm, and \x1b$B of nothing\n'))).toBe('utf-8');
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
