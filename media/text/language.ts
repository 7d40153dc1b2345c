/**
 * The languages of a text, passage by passage (tinyld, n-grams; franc for those that tinyld does not know); a passage
 * is a paragraph of at most 1,000 units.
 */
import { detectAll } from 'tinyld';
import { rarerLanguage } from './rarer-languages.ts';
import { wellFormed } from './well-formed.ts';

const PASSAGE_UNITS = 1000;
const MOST_PASSAGES = 400;
/** Below this many letters a passage says little. */
const LEAST_LETTERS = 16;
/** Passages that no language fits this well count as unknown. */
const LEAST_ACCURACY = 0.1;
/** Of the best language's accuracy. */
const AS_WELL = 0.4;

export interface Language {
  /** ISO 639-1, or `und`. */
  readonly code: string;
  /** Of the letters that were looked at. */
  readonly share: number;
  /** How far the language is ahead of the next best, mean over its passages: 1 is certain. */
  readonly confidence: number;
  readonly paragraphs: number;
}

export interface Languages {
  readonly languages: readonly Language[];
  readonly passages: number;
  readonly passages_read: number;
}

export function languagesOf(pieces: readonly string[]): Languages {
  const passages = pieces.flatMap(passagesOf).filter(({ letters }) => letters >= LEAST_LETTERS);
  const every = Math.max(1, passages.length / MOST_PASSAGES);
  const read = Array.from(
    { length: Math.min(passages.length, MOST_PASSAGES) },
    (_, index) => passages[Math.floor(index * every)] as Passage,
  );
  const rarer = rarerLanguage(read);
  const candidates = read.map(({ text, letters }, index) => ({
    letters,
    // Its own lead is the share of passages that agree: distances of trigrams are close for all languages.
    ranked: rarer?.holds[index] ? rankedAs(rarer.code, rarer.share) : detectAll(text),
  }));
  const first = sharesOf(candidates, '');
  const languages = sharesOf(candidates, first[0]?.code ?? '');
  return { languages, passages: passages.length, passages_read: read.length };
}

/** As a language that is ahead of an unnamed one by so much. */
function rankedAs(code: string, share: number): Candidates['ranked'] {
  return [
    { lang: code, accuracy: share },
    { lang: 'und', accuracy: 1 - share },
  ];
}

interface Candidates {
  readonly letters: number;
  readonly ranked: readonly { readonly lang: string; readonly accuracy: number }[];
}

/** A passage that might as well be in the text's main language is. */
function sharesOf(passages: readonly Candidates[], main: string): Language[] {
  const found = new Map<string, { letters: number; sure: number; paragraphs: number }>();
  const all = passages.reduce((sum, { letters }) => sum + letters, 0);
  for (const { ranked, letters } of passages) {
    const { code, confidence } = languageOf(ranked, main);
    const entry = found.get(code) ?? { letters: 0, sure: 0, paragraphs: 0 };
    found.set(code, entry);
    entry.letters += letters;
    entry.sure += confidence * letters;
    entry.paragraphs += 1;
  }
  return [...found]
    .map(([code, { letters, sure, paragraphs }]) => ({
      code,
      share: letters / all,
      confidence: sure / letters,
      paragraphs,
    }))
    .sort((a, b) => b.share - a.share);
}

function languageOf(
  ranked: Candidates['ranked'],
  main: string,
): { readonly code: string; readonly confidence: number } {
  const [first, second] = ranked;
  if (!first || first.accuracy < LEAST_ACCURACY) return { code: 'und', confidence: 0 };
  const asMain = ranked.find(({ lang }) => lang === main);
  if (asMain && asMain.accuracy >= first.accuracy * AS_WELL) {
    const next = ranked.find(({ lang }) => lang !== main);
    return { code: main, confidence: asMain.accuracy / (asMain.accuracy + (next?.accuracy ?? 0)) };
  }
  return { code: first.lang, confidence: first.accuracy / (first.accuracy + (second?.accuracy ?? 0)) };
}

interface Passage {
  readonly text: string;
  readonly letters: number;
}

/** Paragraphs, or the lines of long ones, or pieces of long lines. */
function passagesOf(text: string): Passage[] {
  const passages: Passage[] = [];
  let open = '';
  const close = (): void => {
    for (let from = 0; from < open.length; from += PASSAGE_UNITS) {
      const part = wellFormed(open.slice(from, from + PASSAGE_UNITS));
      passages.push({ text: part, letters: part.match(/\p{L}/gu)?.length ?? 0 });
    }
    open = '';
  };
  for (const line of text.split(/\r\n?|\n/)) {
    const blank = line.trim() === '';
    if (open !== '' && (blank || open.length + line.length > PASSAGE_UNITS)) close();
    if (!blank) open = open === '' ? line : `${open}\n${line}`;
  }
  if (open !== '') close();
  return passages;
}
