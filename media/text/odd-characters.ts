/**
 * Characters that one does not see, or that change how the rest is shown: where they stand, and of which sort they are.
 */
import { LISTED_POSITIONS } from './job.ts';

export type OddKind =
  | 'control'
  | 'bidi_control'
  | 'zero_width'
  | 'tag'
  | 'replacement'
  | 'unpaired_surrogate'
  | 'other_format';

const ODD_KINDS: readonly OddKind[] = [
  'control',
  'bidi_control',
  'zero_width',
  'tag',
  'replacement',
  'unpaired_surrogate',
  'other_format',
];

export interface OddCharacters {
  readonly kind: OddKind;
  readonly count: number;
  /** The first ones. Lines and columns count from 1, columns in code points. */
  readonly positions: readonly {
    readonly line: number;
    readonly column: number;
    readonly code_point: string;
  }[];
}

export interface OddSummary {
  readonly kinds: readonly OddCharacters[];
  readonly null_characters: number;
  readonly ansi_escapes: number;
  /** Zero-width joiners that join emoji or letters of scripts that need them: no reason to worry. */
  readonly joiners: number;
  /** Lines in which a bidirectional override or isolate is opened and not closed. */
  readonly lines_with_open_bidi: number;
  /** Marks on one base character. */
  readonly longest_mark_run: number;
}

export interface OddStream {
  add(codePoint: number, position: { readonly line: number; readonly column: number }): void;
  /** Of every character that is not odd. */
  plain(codePoint: number, isMark: boolean): void;
  end(): OddSummary;
}

const BIDI_OPENERS = new Set([0x202a, 0x202b, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068]);
const BIDI_CLOSERS = new Set([0x202c, 0x2069]);
const BIDI_MARKS = new Set([0x61c, 0x200e, 0x200f]);
const ZERO_WIDTH = new Set([
  0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0x180e, 0xad, 0x2061, 0x2062, 0x2063, 0x2064,
]);

function kindOf(codePoint: number): OddKind {
  if (codePoint === 0xfffd) return 'replacement';
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return 'unpaired_surrogate';
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint <= 0x9f)) return 'control';
  if (BIDI_OPENERS.has(codePoint) || BIDI_CLOSERS.has(codePoint) || BIDI_MARKS.has(codePoint)) {
    return 'bidi_control';
  }
  if (ZERO_WIDTH.has(codePoint)) return 'zero_width';
  return codePoint >= 0xe0000 && codePoint <= 0xe007f ? 'tag' : 'other_format';
}

export function oddStream(): OddStream {
  const found = new Map(ODD_KINDS.map((kind) => [kind, { count: 0, positions: [] as Position[] }]));
  const bidi = openBidi();
  let nulls = 0;
  let ansi = 0;
  let joiners = 0;
  let marks = 0;
  let longestMarks = 0;
  let last = 0;

  return {
    add(codePoint, position) {
      marks = 0;
      if (codePoint === 0) nulls += 1;
      const joins = isJoiner(codePoint, last);
      last = codePoint;
      if (joins) joiners += 1;
      else note(found.get(kindOf(codePoint)), codePoint, position);
      bidi.add(codePoint);
    },
    plain(codePoint, isMark) {
      if (codePoint === 0x5b && last === 0x1b) ansi += 1;
      if (codePoint === 10 || codePoint === 13) bidi.endLine();
      marks = isMark ? marks + 1 : 0;
      if (marks > longestMarks) longestMarks = marks;
      last = codePoint;
    },
    end() {
      return {
        kinds: [...found].map(([kind, entry]) => ({ kind, ...entry })),
        null_characters: nulls,
        ansi_escapes: ansi,
        joiners,
        lines_with_open_bidi: bidi.end(),
        longest_mark_run: longestMarks,
      };
    },
  };
}

type Position = OddCharacters['positions'][number];

/** Between characters beyond the basic ones, as in families of emoji and in Indic and Arabic writing. */
function isJoiner(codePoint: number, before: number): boolean {
  return (codePoint === 0x200d || codePoint === 0x200c) && before > 0x5ff;
}

function note(
  entry: { count: number; readonly positions: Position[] } | undefined,
  codePoint: number,
  position: { readonly line: number; readonly column: number },
): void {
  if (!entry) return;
  entry.count += 1;
  if (entry.positions.length >= LISTED_POSITIONS) return;
  const code_point = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  entry.positions.push({ ...position, code_point });
}

/** Counts the lines that end with an override or isolate open. */
function openBidi(): { add(codePoint: number): void; endLine(): void; end(): number } {
  let depth = 0;
  let lines = 0;
  const endLine = (): void => {
    if (depth > 0) lines += 1;
    depth = 0;
  };
  return {
    add(codePoint) {
      if (BIDI_OPENERS.has(codePoint)) depth += 1;
      else if (BIDI_CLOSERS.has(codePoint) && depth > 0) depth -= 1;
    },
    endLine,
    end() {
      endLine();
      return lines;
    },
  };
}
