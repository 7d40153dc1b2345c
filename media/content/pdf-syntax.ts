/** Reads one object of a PDF: dictionaries, arrays, names, numbers, strings, references. Pure; nesting is bounded. */
export type PdfValue =
  | PdfDictionary
  | PdfName
  | PdfReference
  | Buffer
  | number
  | boolean
  | null
  | readonly PdfValue[];

export interface PdfName {
  readonly name: string;
}

export interface PdfReference {
  readonly number: number;
  readonly generation: number;
}

export type PdfDictionary = ReadonlyMap<string, PdfValue>;

const MOST_NESTING = 20;
const SPACE = /[\s\0]*(?:%[^\r\n]*[\s\0]*)*/y;

/** `text` is latin1: a character for each byte. Null for what is no object, and where it is cut off. */
export function pdfValue(text: string, at: number): PdfValue | undefined {
  return openParser(text, at).value(0);
}

function openParser(text: string, begin: number) {
  let at = begin;
  const skip: Skip = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    at += found?.length ?? 0;
    return found;
  };
  const listUpTo = (end: RegExp, depth: number): PdfValue[] | undefined => {
    const values: PdfValue[] = [];
    for (;;) {
      skip(SPACE);
      if (skip(end) !== null) return values;
      const one = value(depth + 1);
      if (one === undefined) return undefined;
      values.push(one);
    }
  };
  const value = (depth: number): PdfValue | undefined => {
    skip(SPACE);
    if (depth > MOST_NESTING || at >= text.length) return undefined;
    if (skip(/<</y) !== null) return dictionaryOf(listUpTo(/>>/y, depth));
    if (skip(/\[/y) !== null) return listUpTo(/\]/y, depth);
    if (text[at] !== '(') return plainValue(skip);
    const string = pdfString(text, at);
    at = string?.end ?? at;
    return string?.bytes;
  };
  return { value };
}

/** Goes on behind what the pattern finds here, and answers it. */
type Skip = (pattern: RegExp) => string | null;

function plainValue(skip: Skip): PdfValue | undefined {
  const name = skip(/\/[^\s\0()<>[\]{}/%]*/y);
  if (name !== null) return { name: name.slice(1) };
  const hex = skip(/<[0-9A-Fa-f\s]*>/y);
  if (hex !== null) return Buffer.from(hex.replace(/[<>\s]/g, ''), 'hex');
  const reference = /^(\d+)\s+(\d+)/.exec(skip(/\d{1,10}\s+\d{1,5}\s+R(?![A-Za-z])/y) ?? '');
  if (reference) return { number: Number(reference[1]), generation: Number(reference[2]) };
  const number = skip(/[-+]?(?:\d+\.?\d*|\.\d+)/y);
  if (number !== null) return Number(number);
  const word = skip(/true|false|null/y);
  return word === null ? undefined : word === 'null' ? null : word === 'true';
}

function dictionaryOf(values: readonly PdfValue[] | undefined): PdfDictionary | undefined {
  if (values === undefined) return undefined;
  const found = new Map<string, PdfValue>();
  for (let at = 0; at + 1 < values.length; at += 2) {
    const key = values[at];
    if (!isName(key)) return undefined;
    found.set(key.name, values[at + 1] as PdfValue);
  }
  return found;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

function pdfString(
  text: string,
  begin: number,
): { readonly bytes: Buffer; readonly end: number } | undefined {
  const bytes: number[] = [];
  let depth = 0;
  for (let at = begin; at < text.length; at += 1) {
    const one = text[at] as string;
    if (one === '\\') {
      const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
      const next = text[at + 1] ?? '';
      if (octal) bytes.push(Number.parseInt(octal, 8) & 0xff);
      else if (next !== '\n' && next !== '\r') bytes.push(ESCAPES[next] ?? next.charCodeAt(0));
      at += octal ? octal.length : text.startsWith('\r\n', at + 1) ? 2 : 1;
      continue;
    }
    if (one === '(') depth += 1;
    if (one === ')') depth -= 1;
    if (depth === 0) return { bytes: Buffer.from(bytes), end: at + 1 };
    if (depth > 1 || one !== '(' || at > begin) bytes.push(one.charCodeAt(0));
  }
  return undefined;
}

export function isName(value: PdfValue | undefined): value is PdfName {
  return typeof value === 'object' && value !== null && 'name' in value;
}

export function isReference(value: PdfValue | undefined): value is PdfReference {
  return typeof value === 'object' && value !== null && 'generation' in value;
}

export function isDictionary(value: PdfValue | undefined): value is PdfDictionary {
  return value instanceof Map;
}
