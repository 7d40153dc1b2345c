/** From what models found to lines of text as people read them. Pure. */
export type Corner = readonly [x: number, y: number];
export type Corners = readonly [Corner, Corner, Corner, Corner];

/** Boxes whose middles differ by less than half of their height stand in one row. */
const SAME_ROW = 0.5;

/** From top to bottom, and within a row from left to right. */
export function inReadingOrder<Line extends { readonly box: Corners }>(
  lines: readonly Line[],
): readonly Line[] {
  const sorted = lines
    .map((line) => ({ line, ...extentOf(line.box) }))
    .sort((a, b) => a.middle - b.middle || a.left - b.left);
  const rows: (typeof sorted)[] = [];
  for (const one of sorted) {
    const row = rows.at(-1);
    const first = row?.[0];
    const near = first && Math.abs(one.middle - first.middle) < SAME_ROW * Math.min(one.height, first.height);
    if (row && near) row.push(one);
    else rows.push([one]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.left - b.left).map(({ line }) => line));
}

function extentOf(box: Corners): { readonly left: number; readonly middle: number; readonly height: number } {
  const [xs, ys] = [box.map(([x]) => x), box.map(([, y]) => y)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return { left: Math.min(...xs), middle: (top + bottom) / 2, height: bottom - top };
}

/** What the classes of the recogniser stand for: nothing, the lines of its dictionary, a space. */
export function alphabetOf(dictionary: string): readonly string[] {
  const characters = dictionary.replace(/\n$/, '').split('\n');
  return ['', ...characters.map((character) => character.replace(/\r$/, '')), ' '];
}

export interface ReadText {
  readonly text: string;
  /** Mean over the characters; 0 where there are none. */
  readonly confidence: number;
}

/** What the recogniser wrote; `frames` and `gaps` say where each character stands and how much ground is before it. */
export interface WrittenLine {
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
  readonly frames: readonly number[];
  readonly gaps: readonly number[];
}

export function textOf(line: WrittenLine, alphabet: readonly string[]): ReadText {
  const { ids, probabilities } = line;
  const characters = inOneWidth(ids.map((id) => alphabet[id] ?? ''));
  const apart = wordsApart(line, characters);
  const text = characters.map((character, index) => (apart[index] ? ` ${character}` : character)).join('');
  return { text: text.trim(), confidence: probabilities.length === 0 ? 0 : meanOf(probabilities) };
}

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
/** ASCII as wide as a Chinese character. */
const WIDE = /^[\uFF01-\uFF5E]$/;

/** The recogniser writes commas and brackets wide or narrow; where nothing else is Chinese, all is narrow. */
function inOneWidth(characters: readonly string[]): readonly string[] {
  if (characters.some((character) => EAST_ASIAN.test(character))) return characters;
  return characters.map((character) => (WIDE.test(character) ? character.normalize('NFKC') : character));
}

/**
 * The recogniser leaves out many spaces of small print. Chosen by 6,000 pairs of characters that it had left together,
 * in lines of one colour drawn in three typefaces and four sizes: there it takes 98 of 100 words apart, and no word in
 * two.
 */
const SPACE = { ofPitch: 0.6, ofMedianGap: 2.2 } as const;
/** Of the distances between characters, those that are no spaces. */
const WITHIN_WORDS = 0.8;
/** What is written with spaces between words. */
const SPACED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Sc}\u0021-\u007E]$/u;
const NEVER_BEFORE = /^[.,:;!?)\]}%'"_|]$/;
const NEVER_AFTER = /^[([{'"_|]$/;

/** Before which characters a space was left out. */
function wordsApart({ frames, gaps }: WrittenLine, characters: readonly string[]): readonly boolean[] {
  const distances = frames.slice(1).map((frame, index) => frame - (frames[index] as number));
  const short = distances.toSorted((a, b) => a - b).slice(0, Math.ceil(distances.length * WITHIN_WORDS));
  const pitch = short.reduce((sum, distance) => sum + distance, 0) / short.length;
  const least = Math.max(SPACE.ofPitch * pitch, SPACE.ofMedianGap * medianOf(gaps.slice(1)));
  const leastOfTerms = leastInExpression(gaps, characters);
  return characters.map((right, index) => {
    const left = characters[index - 1] ?? '';
    const canBe = SPACED.test(left) && SPACED.test(right);
    if (!canBe || NEVER_BEFORE.test(right) || NEVER_AFTER.test(left)) return false;
    const oneTerm = POINT.test(left) || (DIGIT.test(left) && DIGIT.test(right));
    return (gaps[index] as number) > (oneTerm ? least : Math.min(least, leastOfTerms));
  });
}

/** After points and between digits much ground shows in some typefaces. */
const POINT = /^[.,:;]$/;
const DIGIT = /^\d$/;
/** No hyphen: it is short, and typewriter faces leave much ground around it. */
const OPERATOR = /^[=+*/<>%&^~]$/;
/**
 * In `x = a + b` most gaps are spaces: what is usual in the line says nothing. Gaps are in frames, six to the height of
 * the line; in the lines drawn as above those beside an operator without spaces were at most 1.3, of typewriter faces less than half a space.
 */
const FREE = { operator: 1.4, term: 1.3, ofOperator: 0.55 } as const;

/** What is a space in a line with an operator that stands free on both sides; without one nothing is. */
function leastInExpression(gaps: readonly number[], characters: readonly string[]): number {
  const before = (index: number): number =>
    (gaps[index] ?? 0) + (characters[index - 1] === ' ' ? (gaps[index - 1] as number) : 0);
  const after = (index: number): number => before(characters[index + 1] === ' ' ? index + 2 : index + 1);
  const sides = characters.flatMap((character, index) => {
    const free = Math.min(before(index), after(index));
    return OPERATOR.test(character) && free >= FREE.operator ? [free] : [];
  });
  if (sides.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(FREE.term, FREE.ofOperator * medianOf(sides));
}

/** Of two in the middle the lower: of two gaps in three characters the wider may be the space. */
function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

export function meanOf(values: readonly number[]): number {
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 1_000) / 1_000;
}
