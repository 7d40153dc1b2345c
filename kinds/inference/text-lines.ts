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

export function textOf(
  { ids, probabilities }: { readonly ids: readonly number[]; readonly probabilities: readonly number[] },
  alphabet: readonly string[],
): ReadText {
  const text = ids.map((id) => alphabet[id] ?? '').join('');
  return { text: text.trim(), confidence: probabilities.length === 0 ? 0 : meanOf(probabilities) };
}

export function meanOf(values: readonly number[]): number {
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 1_000) / 1_000;
}
