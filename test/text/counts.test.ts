/** Counts that other tools give for the same text: Python's re and str, `regex` for graphemes, textstat 0.7.11. */
import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { TruthRecord } from '../../tools/truth/compare.ts';
import { textMapping } from '../../tools/truth/text.ts';
import { analysed, withTexts } from './measured.ts';

withTexts();

const ODD =
  "Don't stop--it's the O'Brien house.\r\nΣ is ΟΔΟΣ; ﬁne_1 ² Ⅷ ٣ क्षमा\r\rn’est-ce pas?\x0cnew\x85line\u2028end 日本語、テスト";

it('words, lines and categories are those of Python', async () => {
  const { text } = await analysed('odd.txt', ODD);
  // len(text), re.findall, text.split, text.splitlines, unicodedata.category
  expect(text.counts).toMatchObject({
    code_points: 101,
    utf16_units: 101,
    words: 23,
    whitespace_tokens: 19,
    lines: 4,
    lines_unicode: 7,
    blank_lines: 1,
    major_categories: { L: 63, Z: 14, P: 12, C: 6, N: 4, M: 2 },
  });
  expect(text.counts.newlines).toMatchObject({ lf: 0, crlf: 1, cr: 2, other: 3, style: 'mixed' });
});

const FOX =
  'The quick brown fox can\'t jump over 3 lazy dogs. "Why not?" asked the antiquarian\'s daughter! It is unbelievably hot; nobody moves... Everyone considers an extraordinary possibility. Yes.\n';

it('readability is that of textstat', async () => {
  const { text } = await analysed('fox.txt', FOX, { language: 'en' });
  expect(text.readability).toMatchObject(FOX_TEXTSTAT);
});

const FOX_TEXTSTAT = {
  lexicon_count: 28,
  sentence_count: 4,
  syllable_count: 54,
  char_count: 160,
  letter_count: 147,
  flesch_reading_ease: 36.572857142857174,
  flesch_kincaid_grade: 9.89714285714286,
  gunning_fog: 9.942857142857143,
  smog_index: 10.686352973137792,
  automated_readability_index: 8.984285714285715,
  coleman_liau_index: 10.421428571428574,
  linsear_write_formula: 4.25,
  dale_chall_readability_score: 9.059057142857142,
  difficult_words: 5,
  polysyllable_count: 7,
  monosyllable_count: 18,
  reading_time_s: 2.3504,
  text_standard: '9th and 10th grade',
  lix: 32,
  rix: 1.75,
};

it('other languages have no scores of readability, and the result says why', async () => {
  const { text, result } = await analysed(
    'de.txt',
    'Alle Menschen sind frei und gleich an Würde und Rechten geboren. '.repeat(5),
  );
  expect(text.main_language).toBe('de');
  expect(text.readability).toBeNull();
  expect(result.text.left_out['readability']).toMatch(/English.*de/);
});

it('a text in two languages names both', async () => {
  const german =
    'Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft begabt.\n\n';
  const english =
    'All human beings are born free and equal in dignity and rights. They are endowed with reason.\n\n';
  const { text, codes } = await analysed('two.txt', german.repeat(6) + english.repeat(4));
  expect(text.languages.map(({ code }) => code)).toEqual(['de', 'en']);
  expect(codes).toContain('MIXED_LANGUAGES');
});

describe('older encodings are found by what the text looks like', () => {
  const texts: Readonly<Record<string, string>> = {
    ja: '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所で泣いていた事だけは記憶している。',
    zh: '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。',
    ko: '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았다.',
    ru: 'Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью.',
    fr: 'Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison — l’été à Noël.',
    pl: 'Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem.',
    el: 'Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.',
    he: 'כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.',
  };
  it.each([
    ['ja', 'shift_jis'],
    ['ja', 'euc-jp'],
    ['zh', 'gb18030'],
    ['ko', 'euc-kr'],
    ['ru', 'windows-1251'],
    ['ru', 'koi8-r'],
    ['fr', 'windows-1252'],
    ['pl', 'windows-1250'],
    ['pl', 'iso-8859-2'],
    ['el', 'windows-1253'],
    ['he', 'windows-1255'],
  ])('%s in %s', async (language, encoding) => {
    const original = texts[language] ?? '';
    const { text } = await analysed(`${language}-${encoding}.txt`, iconv.encode(original, encoding));
    expect(text.encoding).toMatchObject({ name: encoding, bom: false, invalid_sequences: 0 });
    expect(text.counts.code_points).toBe([...original].length);
    expect(text.main_language).toBe(language);
  });
});

it.each([
  ['שלום עולם', 'windows-1255'],
  ['תודה רבה לך על העזרה', 'windows-1255'],
  ['Спасибо вам большое', 'windows-1251'],
  ['Ευχαριστώ πολύ', 'windows-1253'],
])('a few words tell their alphabet: %s', async (original, encoding) => {
  const { text } = await analysed('few.txt', iconv.encode(original, encoding));
  expect(text.encoding.name).toBe(encoding);
});

it('Hebrew that is written as it was shown is not taken for Hebrew in the order of reading', async () => {
  const shown = [...'ירושלים היא בירת ישראל. תודה רבה לכם.'].toReversed().join('');
  const { text } = await analysed('shown.txt', iconv.encode(shown, 'windows-1255'));
  expect(text.encoding.name).toBe('iso-8859-8');
});

it('near duplicates have near signatures, other texts have not', async () => {
  const words = Array.from({ length: 400 }, (_, index) => `word${(index * 37) % 211}`);
  const [one, two, other] = await Promise.all([
    analysed('one.txt', words.join(' ')),
    analysed('two.txt', [...words.slice(0, 200), 'inserted', ...words.slice(200)].join(' ')),
    analysed('other.txt', words.map((word) => `${word}x`).join(' ')),
  ]);
  const apart = (a: string | null, b: string | null): number =>
    (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
  const shared = (a: readonly number[] | null, b: readonly number[] | null): number =>
    (a ?? []).filter((value, index) => value === b?.[index]).length / 64;
  expect(apart(one.text.signature.simhash64, two.text.signature.simhash64)).toBeLessThan(6);
  expect(apart(one.text.signature.simhash64, other.text.signature.simhash64)).toBeGreaterThan(15);
  expect(shared(one.text.signature.minhash, two.text.signature.minhash)).toBeGreaterThan(0.85);
  expect(shared(one.text.signature.minhash, other.text.signature.minhash)).toBeLessThan(0.1);
});

it.each([
  [
    'code',
    'import os\n\ndef main():\n    return os.getcwd()\n\nclass A:\n    def b(self):\n        return 1\n',
  ],
  ['log', '2024-05-01T10:00:00Z INFO started\n2024-05-01T10:00:01Z WARN slow\n'.repeat(5)],
  [
    'markdown',
    '# Title\n\nSome words [here](https://example.org).\n\n- one\n- two\n\n## Next\n\nMore words.\n',
  ],
  ['csv', 'a;b;c\n1;2;3\n4;5;6\n7;8;9\n'],
  ['html', '<!DOCTYPE html>\n<html><body><p>Hello</p></body></html>\n'],
  ['subtitle', 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello there\n'],
  ['prose', 'It was a bright cold day in April, and the clocks were striking thirteen. Nobody heard them.\n'],
])('a text that is %s is taken for it', async (kind, content) => {
  expect((await analysed(`${kind}.txt`, content)).text.structure.kind).toBe(kind);
});

it('every reference answer about the texts that are here agrees', async () => {
  const fixtures = new URL('../fixtures/', import.meta.url);
  const { records } = JSON.parse(readFileSync(new URL('truth.json', fixtures), 'utf8')) as {
    records: TruthRecord[];
  };
  for (const item of ['udhr_jpn.txt', 'udhr_hin.txt', 'udhr_eng.txt']) {
    const own = records.filter(
      (one) => one.item === item && one.kinds.includes('text') && one.metric !== 'sha256',
    );
    expect(own.length, item).toBeGreaterThan(1);
    const { result } = await analysed(item, readFileSync(new URL(item, fixtures)));
    const comparisons = own.flatMap((record) => textMapping(record, result) ?? []);
    expect(comparisons.length).toBeGreaterThan(25);
    expect(comparisons.filter(({ agrees }) => !agrees)).toEqual([]);
  }
});
