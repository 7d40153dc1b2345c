/**
 * A step that reads what earlier steps left is given their fences. In a run's history they stand marked, so that they
 * can be told from other numbers: step memory puts the digests of the outputs in their place.
 */
export interface OutputMark {
  readonly $output: number;
}

/** A step's input as its implementation takes it, with marks where that takes fences. */
export type Marked<Input> = Input extends number
  ? Input | OutputMark
  : Input extends object
    ? { readonly [Key in keyof Input]: Marked<Input[Key]> }
    : Input;

export function markOutput(finished: { readonly fence: number }): OutputMark {
  return { $output: finished.fence };
}

/** The input with every mark replaced, all else as it was. */
export function replaceMarks(input: unknown, by: (fence: number) => unknown): unknown {
  if (isMark(input)) return by(input.$output);
  if (Array.isArray(input)) return input.map((inner) => replaceMarks(inner, by));
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(Object.entries(input).map(([key, inner]) => [key, replaceMarks(inner, by)]));
}

/** Fences of the marks in the order in which they stand. */
export function markedFences(input: unknown): readonly number[] {
  const fences: number[] = [];
  replaceMarks(input, (fence) => fences.push(fence));
  return fences;
}

function isMark(value: unknown): value is OutputMark {
  return (
    value !== null &&
    typeof value === 'object' &&
    '$output' in value &&
    typeof value.$output === 'number' &&
    Object.keys(value).length === 1
  );
}
