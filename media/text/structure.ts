/** What sort of text it looks like, by its beginning and its lines. A guess, with the share of lines that speak for it. */
const MOST_LINES = 2000;
const LINE_UNITS = 400;

export type Structure =
  | 'prose'
  | 'code'
  | 'log'
  | 'markdown'
  | 'csv'
  | 'html'
  | 'xml'
  | 'json'
  | 'subtitle'
  | 'list'
  | 'unknown';

export interface StructureGuess {
  readonly kind: Structure;
  readonly confidence: number;
  readonly by: string;
}

const LOG_LINE =
  /^\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\d\d[-/]\w{3}[-/]\d{4}[: ]\d\d|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3} - |\d\d:\d\d:\d\d[.,]?\d{0,6} |(?:DEBUG|INFO|WARN|WARNING|ERROR|TRACE|FATAL)\b)/;
const CODE_LINE =
  /(?:[;{}]\s*$|^\s{0,64}(?:import |from \w+ import |def |class |function |const |let |var |return\b|if \(|for \(|while \(|public |private |#include|package |use |fn |func |elif |else:|try:|@\w+$|<\?php))/;
const MARKDOWN_LINE =
  /^(?:#{1,6} \S|\s{0,8}[-*+] \S|> |```|\|.+\|\s*$|\s{0,8}\d{1,3}\. \S)|\[[^\]]{1,80}\]\([^)]{1,200}\)|\*\*\S/;
const MARKDOWN_SURE = /^(?:#{1,6} \S|```)|\[[^\]]{1,80}\]\([^)]{1,200}\)/;
const CUE = /^\s?(?:\d\d:)?\d\d:\d\d[.,]\d{3} --> /;
const TAG = /<\/?[A-Za-z][^<>]{0,200}>/;

export function structureOf(pieces: readonly string[]): StructureGuess {
  const text = pieces[0] ?? '';
  const lines = text
    .slice(0, MOST_LINES * LINE_UNITS)
    .split(/\r\n?|\n/, MOST_LINES)
    .map(shortened)
    .filter((line) => line.trim() !== '');
  if (lines.length === 0) return { kind: 'unknown', confidence: 0, by: 'no line holds anything' };
  const share = (test: RegExp): number => lines.filter((line) => test.test(line)).length / lines.length;
  return (
    byBeginning(text.trimStart().slice(0, 500)) ??
    byLines(share) ??
    byColumns(lines) ??
    byCode(share, lines) ??
    byProse(lines)
  );
}

/** How a line begins, and how it ends. */
function shortened(line: string): string {
  return line.length <= LINE_UNITS
    ? line.trimEnd()
    : line.slice(0, LINE_UNITS - 20) + line.trimEnd().slice(-20);
}

const guess = (kind: Structure, confidence: number, by: string): StructureGuess => ({
  kind,
  confidence: Math.round(Math.min(1, confidence) * 1000) / 1000,
  by,
});

function byBeginning(start: string): StructureGuess | null {
  if (/^WEBVTT\b/.test(start)) return guess('subtitle', 1, 'begins with WEBVTT');
  if (/^<!doctype html|^<html[\s>]/i.test(start)) return guess('html', 1, 'begins as a page');
  if (/^<\?xml\b/.test(start)) return guess('xml', 1, 'begins with an XML declaration');
  if (/^#!/.test(start)) return guess('code', 0.95, 'names its interpreter');
  if (/^(?:\{\s*"|\[\s*(?:[[{"\d-]|true|false|null))/.test(start))
    return guess('json', 0.9, 'begins as JSON');
  return null;
}

function byLines(share: (test: RegExp) => number): StructureGuess | null {
  const cues = share(CUE);
  if (cues >= 0.1) return guess('subtitle', cues * 3, 'time codes');
  const logged = share(LOG_LINE);
  if (logged >= 0.5) return guess('log', logged, 'lines begin with a time or a level');
  const tags = share(TAG);
  if (tags >= 0.4) return guess('html', tags, 'tags');
  const marked = share(MARKDOWN_LINE);
  return marked >= 0.08 && share(MARKDOWN_SURE) > 0.01
    ? guess('markdown', 0.5 + marked, 'headings, lists and links')
    : null;
}

/** The same number of the same delimiter in nearly every line. */
function byColumns(lines: readonly string[]): StructureGuess | null {
  const sentences = lines.filter((line) => /[.!?。！？]$/.test(line)).length;
  // The same sentence again and again has the same commas.
  if (lines.length < 3 || sentences > lines.length / 2) return null;
  for (const delimiter of ['\t', ';', ',', '|']) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const frequent = modeOf(counts);
    const same = counts.filter((count) => count === frequent).length / lines.length;
    if (frequent >= 1 && same >= 0.9) return guess('csv', same, `${frequent + 1} columns`);
  }
  return null;
}

function modeOf(counts: readonly number[]): number {
  const votes = new Map<number, number>();
  for (const count of counts) votes.set(count, (votes.get(count) ?? 0) + 1);
  return [...votes].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function byCode(share: (test: RegExp) => number, lines: readonly string[]): StructureGuess | null {
  const code = share(CODE_LINE);
  return code >= 0.3 && lines.length >= 3
    ? guess('code', code + 0.3, 'keywords, braces and semicolons')
    : null;
}

function byProse(lines: readonly string[]): StructureGuess {
  const text = lines.join(' ');
  const all = [...text].length;
  const letters = (text.match(/[\p{L}\p{M}]/gu)?.length ?? 0) / all;
  const stops = (text.match(/[.!?…。！？؟।](?=\s|["'”’»)]|$)|[。！？।]/g)?.length ?? 0) / all;
  if (letters > 0.5 && stops > 0.001) return guess('prose', 0.4 + letters * 0.6, 'sentences');
  if (letters > 0.5) return guess('list', letters, 'short lines without sentences');
  return guess('unknown', 0, 'none of the known sorts');
}
