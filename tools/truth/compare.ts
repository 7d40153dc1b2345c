/**
 * What the truth check says about one value, and the arithmetic of saying it.
 * A mapping (tools/truth/<kind>.ts) turns a record and our result into comparisons; nothing here knows a kind.
 */
export interface TruthRecord {
  /** File name below the directory. */
  readonly item: string;
  /** Kind of file: video, audio, image, table, text. */
  readonly kind: string;
  readonly metric: string;
  /** How the reference value was got. */
  readonly command: string;
  readonly value: unknown;
  /** Kinds of analysis whose result must hold the value. */
  readonly kinds: readonly string[];
  readonly role: 'must' | 'reference';
}

export interface Comparison {
  readonly metric: string;
  readonly key: string;
  readonly expected: unknown;
  readonly actual: unknown;
  /** Distance in the unit of the tolerance (absolute or relative), null for values that are equal or not. */
  readonly difference: number | null;
  readonly tolerance: string;
  readonly agrees: boolean;
}

/** One kind's mapping: every comparison of one record, or undefined when the metric is not covered. */
export type Mapping = (record: TruthRecord, result: unknown) => readonly Comparison[] | undefined;

interface Subject {
  readonly metric: string;
  readonly key: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Equal as JSON, numbers by value. */
export function exactly(subject: Subject): Comparison {
  const agrees = JSON.stringify(subject.expected) === JSON.stringify(subject.actual ?? null);
  return { ...subject, difference: null, tolerance: 'exact', agrees };
}

/** Within a relative distance; `floor` is the absolute distance allowed around zero. */
export function withinRelative(subject: Subject, relative: number, floor = 1e-12): Comparison {
  const tolerance = floor < relative ? `${relative} relative` : `${relative} relative or absolute`;
  if (subject.expected === null || subject.actual === null || typeof subject.actual !== 'number') {
    return { ...subject, difference: null, tolerance, agrees: subject.expected === subject.actual };
  }
  const expected = Number(subject.expected);
  const distance = Math.abs(expected - subject.actual);
  const scale = Math.max(Math.abs(expected), Math.abs(subject.actual));
  const apart = scale === 0 ? 0 : distance / scale;
  const agrees = distance <= floor || apart <= relative;
  // Around zero the absolute distance is the one that says something.
  return { ...subject, difference: Math.min(apart, distance), tolerance, agrees };
}

/** Within an absolute distance, in the unit named. */
export function withinAbsolute(subject: Subject, allowed: number, unit: string): Comparison {
  const tolerance = `${allowed} ${unit}`.trim();
  if (typeof subject.actual !== 'number' || typeof subject.expected !== 'number') {
    return { ...subject, difference: null, tolerance, agrees: subject.expected === subject.actual };
  }
  const difference = Math.abs(subject.expected - subject.actual);
  return { ...subject, difference, tolerance, agrees: difference <= allowed };
}
