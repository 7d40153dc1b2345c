import type { Implementations } from '../activities/frame/step-activities.ts';
import type { AnalysisDefinition } from '../kinds/define.ts';

/** A schema as zod makes them; only this much of it is used, so any version of zod will do. */
export interface Schema {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: unknown }
    | { readonly success: false; readonly error: { readonly issues: readonly Issue[] } };
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What the default export of a kind's module is, alone or in a list. */
export interface KindModule {
  readonly definition: AnalysisDefinition;
  /** By the full names of the steps. `<kind>.digest` may be left out: the shared one is taken. */
  readonly implementations: Implementations;
  /**
   * File, as a path or a file: URL, that exports the workflow: under the kind's name, or the same in camel case. Never
   * imported by the module itself: what steps import must not come into Temporal's sandbox.
   */
  readonly workflowsPath: string;
  /** Of the params; defaults are filled in by it. Absent: any object of JSON values. */
  readonly params?: Schema;
  /** Of the result's document. */
  readonly result?: Schema;
  /** The result as text for people, below its headline and above its alerts. */
  readonly report?: (document: never) => string;
}

/** `market-scan` -> `marketScan`, which is a name that a module can export without quotes. */
export function camelCase(kind: string): string {
  return kind.replace(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
