/** Which older encoding bytes are in that are no UTF-8: every candidate reads a sample, the best reading wins. */
import { detectAll } from 'tinyld';
import { CATEGORIES, categoryIndex, flagsOf, LETTER, MARK } from './code-points.ts';
import { decoded } from './decode.ts';
import { frequencyOf } from './letter-frequency.ts';
import { type Candidate, CANDIDATES, isOtherAlphabet } from './letter-tables.ts';
import { SCRIPTS, scriptIndex } from './scripts.ts';

const SAMPLE_BYTES = 32 * 1024;
/** Readings with more broken characters than this are out. */
const MOST_BROKEN = 0.02;
const MOST_ACCENTED = 0.45;

/** The best readings are looked at as languages. */
const CLOSELY_READ = 8;
const LANGUAGE_UNITS = 2000;

export interface Guess {
  readonly name: string;
  readonly confidence: number;
}

/** `bytes`: where the first byte beyond ASCII stands, and what comes after. */
export function guessEncoding(bytes: Buffer): Guess {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const byRate = (a: Rated, b: Rated): number => b.rate - a.rate;
  const [best, ...others] = CANDIDATES.map((candidate) => ({ candidate, rate: rateOf(candidate, sample) }))
    .sort(byRate)
    .slice(0, CLOSELY_READ)
    .map(({ candidate, rate }) => ({ candidate, rate: rate * asLanguage(candidate, sample) }))
    .sort(byRate) as [Rated, ...Rated[]];
  if (best.rate <= 0) return { name: 'windows-1252', confidence: 0.1 };
  // Another name for the same reading says nothing against it.
  const text = decoded(sample, best.candidate.name);
  const second = others.find(({ candidate }) => decoded(sample, candidate.name) !== text);
  const confidence = Math.min(0.99, best.rate * (0.6 + 0.4 * (1 - (second?.rate ?? 0) / best.rate)));
  const name = isVisualHebrew(text) ? 'iso-8859-8' : best.candidate.reported;
  return { name, confidence: Math.round(confidence * 1000) / 1000 };
}

/** Written from the left, as it was shown: the forms of letters for ends of words stand where words begin. */
function isVisualHebrew(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const [begin, end] = [count(/(?<![א-ת])[םןץףך](?=[א-ת])/gu), count(/(?<=[א-ת])[םןץףך](?![א-ת])/gu)];
  return begin > 2 * end;
}

/**
 * How sure one can be that a reading is some language: a wrong one has words of none. Never 0, for short texts. Of other
 * alphabets the letters tell more: some language is found in any two words of Cyrillic letters.
 */
function asLanguage(candidate: Candidate, bytes: Buffer): number {
  const text = decoded(bytes, candidate.name).slice(0, LANGUAGE_UNITS);
  if (isOtherAlphabet(candidate)) return Math.max(0.1, frequencyOf(text));
  const [first] = detectAll(text);
  return 0.4 + 0.6 * (first?.accuracy ?? 0);
}

interface Rated {
  readonly candidate: Candidate;
  readonly rate: number;
}

/** Between 0 and 1: the share of frequent characters in proportion to the usual, less for what texts do not do. */
export function rateOf(candidate: Candidate, bytes: Buffer): number {
  const text = decoded(bytes, candidate.name);
  let beyond = 0;
  const frequent = candidate.languages.map(() => 0);
  let broken = 0;
  let oddities = 0;
  let letters = 0;
  let lettersBeyond = 0;
  let before = 0;
  let twoBefore = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    const letter = isLetter(codePoint);
    if (letter) letters += 1;
    if (codePoint >= 0x80) {
      beyond += 1;
      if (letter) lettersBeyond += 1;
      for (const [index, language] of candidate.languages.entries()) {
        if (language.has(codePoint)) frequent[index] = (frequent[index] as number) + 1;
      }
      if (isBroken(codePoint)) broken += 1;
    }
    if (letter ? isOddWord(twoBefore, before, codePoint) : isStrayMark(before, codePoint)) oddities += 1;
    twoBefore = before;
    before = codePoint;
  }
  // The sample may end inside a character.
  if (beyond === 0 || broken > 1 + MOST_BROKEN * beyond) return 0;
  const coverage = Math.min(1, Math.max(...frequent) / beyond / candidate.usual);
  // Languages in Latin letters write most of them in ASCII.
  const tooMany = candidate.latin && lettersBeyond > MOST_ACCENTED * letters ? 0.3 : 1;
  return Math.max(0, tooMany * coverage - (1.5 * oddities) / beyond - (3 * Math.max(0, broken - 1)) / beyond);
}

const NO_TEXT = new Set(['Cc', 'Cs', 'Co', 'Cn']);

function isBroken(codePoint: number): boolean {
  if (codePoint === 0xfffd) return true;
  flagsOf(codePoint);
  return NO_TEXT.has(CATEGORIES[categoryIndex(codePoint)] as string);
}

const isUpper = (codePoint: number): boolean =>
  isLetter(codePoint) && CATEGORIES[categoryIndex(codePoint)] === 'Lu';
const isLower = (codePoint: number): boolean =>
  isLetter(codePoint) && CATEGORIES[categoryIndex(codePoint)] === 'Ll';
const isLetter = (codePoint: number): boolean => (flagsOf(codePoint) & LETTER) !== 0;
const ALONE = new Set(['Latin', 'Cyrillic', 'Greek', 'Hebrew', 'Arabic', 'Thai']);

/** A capital after a small letter, letters of two scripts in one word, a sign beyond ASCII inside a word. */
function isOddWord(twoBefore: number, before: number, codePoint: number): boolean {
  if (before < 0x80 && codePoint < 0x80) return false;
  if (!isLetter(before))
    return before >= 0xa0 && isLetter(twoBefore) && !JOINERS.has(before) && isNoMark(before);
  if (isUpper(codePoint) && isLower(before)) return true;
  const [one, other] = [SCRIPTS[scriptIndex(before)] as string, SCRIPTS[scriptIndex(codePoint)] as string];
  return one !== other && (ALONE.has(one) || ALONE.has(other));
}

const MARKED = new Set(['Hebrew', 'Thai']);

/** Vowels and tones stand on a letter of their script, or on another mark of it. */
function isStrayMark(before: number, codePoint: number): boolean {
  if (codePoint < 0x80 || (flagsOf(codePoint) & MARK) === 0) return false;
  const script = SCRIPTS[scriptIndex(codePoint)] as string;
  return MARKED.has(script) && SCRIPTS[scriptIndex(before)] !== script;
}

/** Apostrophes, hyphens, middle dots and spaces stand between letters. */
const JOINERS = new Set([0x2019, 0x2018, 0x2010, 0x2011, 0xad, 0xb7, 0xa0, 0x2013, 0x2014, 0x3000, 0x30fb]);

function isNoMark(codePoint: number): boolean {
  return (flagsOf(codePoint) & MARK) === 0 && codePoint < 0x2e80;
}
