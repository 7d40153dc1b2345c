/** What texts look like: their shape, the case of their letters, their scripts, values that nearly are the same. */
import type { Text } from './profile-shape.ts';
import type { ValueSample } from './text.ts';

const LISTED = 10;
const LONGEST_PATTERN = 40;
const SIMILAR = 0.85;

const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Han', /\p{Script=Han}/u],
  ['Hiragana', /\p{Script=Hiragana}/u],
  ['Katakana', /\p{Script=Katakana}/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Devanagari', /\p{Script=Devanagari}/u],
  ['Thai', /\p{Script=Thai}/u],
];

/** `2024-01-01` is `9-9-9`, `AB12` is `A9`: runs of letters and digits count once. */
function patternOf(text: string): string {
  return text
    .slice(0, LONGEST_SHOWN)
    .replace(/\p{L}+/gu, 'A')
    .replace(/\p{N}+/gu, '9')
    .slice(0, LONGEST_PATTERN);
}

const LONGEST_SHOWN = 200;

export function patternsOf(sample: ValueSample): Text['patterns'] {
  return tally(sample, (value) => [patternOf(value)]).map(([pattern, count]) => ({ pattern, count }));
}

export function scriptsOf(sample: ValueSample): Text['scripts'] {
  const scripts = tally(sample, (value) => {
    // Most values are ASCII: one test instead of eleven.
    if (/^[\x20-\x7e]*$/.test(value)) return /[A-Za-z]/.test(value) ? ['Latin'] : [];
    return SCRIPTS.flatMap(([script, pattern]) => (pattern.test(value) ? [script] : []));
  });
  return scripts.map(([script, count]) => ({ script, count }));
}

export function letterCaseOf({ values, counts }: ValueSample): Text['letter_case'] {
  const cases = { upper: 0, lower: 0, mixed: 0, none: 0 };
  values.forEach((value, index) => {
    const [upper, lower] = [value.toUpperCase(), value.toLowerCase()];
    const kind = upper === lower ? 'none' : value === upper ? 'upper' : value === lower ? 'lower' : 'mixed';
    cases[kind] += counts[index] as number;
  });
  return cases;
}

function tally(
  { values, counts }: ValueSample,
  keys: (value: string) => readonly string[],
): [string, number][] {
  const totals = new Map<string, number>();
  values.forEach((value, index) => {
    for (const key of keys(value)) totals.set(key, (totals.get(key) ?? 0) + (counts[index] as number));
  });
  return [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, LISTED);
}

/** Pairs of categories that differ by case, spaces or a slip of the finger. */
export function similarPairs(values: readonly string[]): (readonly [string, string])[] {
  const texts = values.filter((value) => /\p{L}{3}/u.test(value) && value.length <= 60);
  const pairs: (readonly [string, string])[] = [];
  for (let a = 0; a < texts.length; a += 1) {
    for (let b = a + 1; b < texts.length; b += 1) {
      const [left, right] = [texts[a] as string, texts[b] as string];
      if (pairs.length < LISTED && isSimilar(left, right)) pairs.push([left, right]);
    }
  }
  return pairs;
}

function isSimilar(left: string, right: string): boolean {
  const [a, b] = [folded(left), folded(right)];
  if (a === b) return true;
  // Numbered names (item 1, item 2) are alike on purpose.
  if (a.replace(/\d+/g, '') === b.replace(/\d+/g, '')) return false;
  const longest = Math.max(a.length, b.length);
  return 1 - editDistance(a, b, Math.ceil(longest * (1 - SIMILAR))) / longest >= SIMILAR;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, swap));
    }
    row = next;
  }
  return row[b.length] as number;
}
