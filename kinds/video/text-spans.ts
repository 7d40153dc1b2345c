/**
 * Joins what was read in single keyframes into spans of on-screen text.
 *
 * A line continues a span of the keyframe before when it says the same, letter case and spaces aside, or when it stands
 * in the same place and differs in at most 15 % of its characters: a reader of pictures errs now and then. What stands
 * between two keyframes was not looked at, so a span tells when its text was seen, not when it came and went.
 */
import { rounded } from './frames.ts';

export const MOST_DIFFERENT_SHARE = 0.15;
/** Of shorter lines, one character is a word. */
const SHORTEST_ALIKE = 6;
/** Longer ones are compared by their beginning. */
const MOST_COMPARED = 200;

export type Box = readonly (readonly [x: number, y: number])[];

export interface ReadLine {
  readonly text: string;
  readonly confidence: number;
  /** Corners in pixels of the keyframe. */
  readonly box: Box;
}

export interface ReadKeyframe {
  readonly shot: number;
  readonly t_s: number;
  readonly lines: readonly ReadLine[];
}

export interface TextSpan {
  /** As it was read with the highest confidence. */
  readonly text: string;
  readonly confidence: number;
  readonly box_px: Box;
  readonly first_seen_s: number;
  readonly last_seen_s: number;
  readonly first_shot: number;
  readonly last_shot: number;
  /** In how many keyframes, one after the other. */
  readonly sightings: number;
}

/** Spans in order of their first sighting, then from top to bottom as they were read. */
export function textSpans(keyframes: readonly ReadKeyframe[]): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  /** Places in `spans` of those seen in the keyframe before. */
  let open: readonly number[] = [];
  for (const keyframe of keyframes) {
    const free = new Set(open);
    open = keyframe.lines.map((line) => {
      const found = continued(spans, free, line);
      if (found === null) return spans.push(begun(keyframe, line)) - 1;
      free.delete(found);
      spans[found] = seenAgain(spans[found] as TextSpan, keyframe, line);
      return found;
    });
  }
  return spans;
}

function continued(spans: readonly TextSpan[], free: ReadonlySet<number>, line: ReadLine): number | null {
  const own = plainText(line.text);
  const candidates = [...free].map((index) => ({ index, span: spans[index] as TextSpan }));
  const same = candidates.find(({ span }) => plainText(span.text) === own);
  const alike = () =>
    candidates.find(({ span }) => samePlace(span.box_px, line.box) && nearlySame(plainText(span.text), own));
  return (same ?? alike())?.index ?? null;
}

function begun({ shot, t_s }: ReadKeyframe, line: ReadLine): TextSpan {
  return {
    text: line.text,
    confidence: rounded(line.confidence, 4),
    box_px: line.box,
    first_seen_s: t_s,
    last_seen_s: t_s,
    first_shot: shot,
    last_shot: shot,
    sightings: 1,
  };
}

function seenAgain(span: TextSpan, { shot, t_s }: ReadKeyframe, line: ReadLine): TextSpan {
  const better = line.confidence > span.confidence ? begun({ shot, t_s, lines: [] }, line) : span;
  return {
    ...better,
    first_seen_s: span.first_seen_s,
    first_shot: span.first_shot,
    last_seen_s: t_s,
    last_shot: shot,
    sightings: span.sightings + 1,
  };
}

function plainText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** The middle of each lies within the other, as upright boxes. */
function samePlace(a: Box, b: Box): boolean {
  return within(middle(a), b) && within(middle(b), a);
}

function middle(box: Box): readonly [number, number] {
  const mean = (axis: 0 | 1): number =>
    box.reduce((sum, corner) => sum + corner[axis], 0) / Math.max(1, box.length);
  return [mean(0), mean(1)];
}

function within([x, y]: readonly [number, number], box: Box): boolean {
  const [xs, ys] = [box.map((corner) => corner[0]), box.map((corner) => corner[1])];
  return x >= Math.min(...xs) && x <= Math.max(...xs) && y >= Math.min(...ys) && y <= Math.max(...ys);
}

function nearlySame(a: string, b: string): boolean {
  const [left, right] = [[...a].slice(0, MOST_COMPARED), [...b].slice(0, MOST_COMPARED)];
  const longer = Math.max(left.length, right.length);
  const allowed = Math.floor(longer * MOST_DIFFERENT_SHARE);
  if (longer < SHORTEST_ALIKE || Math.abs(left.length - right.length) > allowed) return false;
  return editDistance(left, right) <= allowed;
}

function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const changed = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
