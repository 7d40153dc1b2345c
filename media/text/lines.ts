/**
 * Lines, as they come. LF, CR LF and a lone CR end a line, and so does the end of the text if something stands before
 * it. Paragraphs are runs of lines that are not blank; a blank line holds whitespace only.
 */
import { SPACE } from './code-points.ts';

export interface LineCounts {
  readonly lines: number;
  /** As Python's str.splitlines counts: also ended by VT, FF, FS, GS, RS, NEL, LS and PS. */
  readonly lines_unicode: number;
  readonly blank_lines: number;
  readonly paragraphs: number;
  readonly longest_line_code_points: number;
  readonly longest_line_number: number | null;
  readonly newlines: {
    readonly lf: number;
    readonly crlf: number;
    readonly cr: number;
    readonly other: number;
    readonly style: 'none' | 'lf' | 'crlf' | 'cr' | 'mixed';
    readonly ends_with_newline: boolean;
  };
}

export interface LineCounter {
  /** Says whether this line feed belongs to the carriage return before it. */
  add(codePoint: number, flags: number): boolean;
  /** Of the character that comes next, both from 1. */
  position(): { readonly line: number; readonly column: number };
  end(): LineCounts;
}

const isFurther = (code: number): boolean =>
  code === 0x0b ||
  code === 0x0c ||
  (code >= 0x1c && code <= 0x1e) ||
  code === 0x85 ||
  code === 0x2028 ||
  code === 0x2029;

export function lineCounter(): LineCounter {
  const newlines = { lf: 0, crlf: 0, cr: 0, other: 0 };
  const finished = finishedLines();
  let length = 0;
  let seen = false;
  let afterReturn = false;
  /** Something stands after the last separator of any sort. */
  let unicodeOpen = false;

  const endLine = (): void => {
    finished.add(length, seen);
    length = 0;
    seen = false;
    unicodeOpen = false;
  };

  return {
    add(codePoint, flags) {
      const paired = codePoint === 10 && afterReturn;
      afterReturn = codePoint === 13;
      if (paired) {
        newlines.cr -= 1;
        newlines.crlf += 1;
      } else if (codePoint === 10 || codePoint === 13) {
        newlines[codePoint === 10 ? 'lf' : 'cr'] += 1;
        endLine();
      } else {
        length += 1;
        if ((flags & SPACE) === 0) seen = true;
        unicodeOpen = !isFurther(codePoint);
        if (!unicodeOpen) newlines.other += 1;
      }
      return paired;
    },
    position: () => ({ line: finished.lines() + 1, column: length + 1 }),
    end() {
      const ends_with_newline = length === 0 && finished.lines() > 0;
      const lines_unicode = sumOf(newlines) + (unicodeOpen ? 1 : 0);
      if (length > 0) endLine();
      return { ...finished.counts(), lines_unicode, newlines: withStyle(newlines, ends_with_newline) };
    },
  };
}

type LineEnds = Pick<LineCounts['newlines'], 'lf' | 'crlf' | 'cr' | 'other'>;

const sumOf = ({ lf, crlf, cr, other }: LineEnds): number => lf + crlf + cr + other;

function finishedLines() {
  let lines = 0;
  let blank_lines = 0;
  let paragraphs = 0;
  let longest = 0;
  let longestAt: number | null = null;
  let inParagraph = false;
  return {
    lines: () => lines,
    add(length: number, holdsSomething: boolean): void {
      lines += 1;
      if (length > longest) {
        longest = length;
        longestAt = lines;
      }
      if (!holdsSomething) blank_lines += 1;
      else if (!inParagraph) paragraphs += 1;
      inParagraph = holdsSomething;
    },
    counts: () => ({
      lines,
      blank_lines,
      paragraphs,
      longest_line_code_points: longest,
      longest_line_number: longestAt,
    }),
  };
}

function withStyle(newlines: LineEnds, ends_with_newline: boolean): LineCounts['newlines'] {
  return { ...newlines, style: styleOf(newlines), ends_with_newline };
}

function styleOf({ lf, crlf, cr }: LineEnds): LineCounts['newlines']['style'] {
  const used = [lf > 0, crlf > 0, cr > 0].filter(Boolean).length;
  if (used === 0) return 'none';
  if (used > 1) return 'mixed';
  return lf > 0 ? 'lf' : crlf > 0 ? 'crlf' : 'cr';
}
