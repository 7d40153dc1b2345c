/**
 * What a step and its child program say to each other: a job on stdin, progress lines on stderr, and an outcome as a
 * file in the attempt's private directory.
 */
export const OUTCOME_FILE = 'outcome.json';

export type ProgramOutcome =
  | { readonly ok: true; readonly found: unknown }
  | { readonly ok: false; readonly failure: NamedFailure };

export interface NamedFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Goes to stderr as one line of JSON. */
export interface ProgressLine {
  readonly done: number;
  readonly total?: number;
  readonly unit: string;
}

/** A named reason why a file cannot be analysed. It leaves the child as data; the step makes its own failure of it. */
export class ProgramFailure extends Error implements NamedFailure {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ProgramFailure';
    this.code = code;
    this.hint = hint;
  }
}
