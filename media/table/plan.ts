/** What a column is taken for, and the SQL of its values: decided by plan-text.ts or plan-typed.ts, used by all statistics. */
import type { PhysicalType } from './profile-shape.ts';
import type { TypeHint } from './source.ts';

/** How the statistics see a column. */
export type Treatment = 'numeric' | 'boolean' | 'text';

export interface PlannedColumn {
  readonly index: number;
  readonly name: string;
  readonly treatment: Treatment;
  readonly physical: PhysicalType;
  readonly declared: string | null;
  readonly hint: TypeHint;
  /** SQL for the value, NULL where missing. */
  readonly value: string;
  /** SQL for the text as it stands in the file, NULL where the field is empty. */
  readonly raw: string;
  readonly nullSpellings: readonly { readonly spelling: string; readonly count: number }[];
  /** Found while its type was decided. */
  readonly misfits: readonly { readonly what: string; readonly count: number; readonly where: string }[];
}

/** NaN is missing, infinities are values. */
export function finiteOrInfinite(sql: string): string {
  return `CASE WHEN isnan(${sql}) THEN NULL ELSE ${sql} END`;
}
