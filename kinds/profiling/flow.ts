/** What the steps of a profile are given and answer; all of it travels through Temporal. */
import type { ProfilingParams } from './params.ts';

export interface TableInput {
  readonly params: ProfilingParams;
}

export interface TableValue {
  readonly rows: number;
  readonly columns: number;
}

export interface ResultInput {
  /** Fence of the table step. */
  readonly table: number;
}

/** What the run's details show. */
export interface ResultValue extends TableValue {
  readonly headline: string;
  readonly alerts: number;
}
