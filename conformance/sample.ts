import type { SubmitOptions } from '../client/onceflow.ts';

type Params = NonNullable<SubmitOptions<string>['params']>;

/** One input of a kind: a file, params, or both. */
export interface SampleInput {
  /** Absolute path; absent for a kind that reads no bytes. */
  readonly file?: string;
  readonly params?: Params;
}

/** What the suite analyses with a kind. */
export interface Sample {
  readonly kind: string;
  /** Small: it is analysed a dozen times. All steps of the kind should have something to do with it. */
  readonly good: SampleInput;
  /** What no retry can mend. `code`: of the failure, or INVALID_ARGUMENT where the submit is to be refused. */
  readonly bad: SampleInput & { readonly code: string };
  /** Steps that the good sample does not reach. */
  readonly without?: readonly string[];
  /** Keys of the result whose values may differ between two runs on the same input, besides `steps` and `resource`. */
  readonly volatile?: readonly string[];
}

export interface ConformanceSettings {
  /** Modules of kinds from outside, as ONCEFLOW_KINDS names them. */
  readonly modules?: readonly string[];
  readonly samples: readonly Sample[];
  /** How long after a cancel a run may still be open. Default 5,000: raise it for a machine that does other work too. */
  readonly cancelWithinMs?: number;
  /** How many kinds are analysed at a time. Default 4. */
  readonly atATime?: number;
  readonly onProgress?: (line: string) => void;
}
