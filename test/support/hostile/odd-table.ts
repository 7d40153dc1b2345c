/** A table with something wrong in it, and what its profile must be all the same. */
import { expect } from 'vitest';
import type { ProfilingResult } from '../../../client/index.ts';

export type Profile = ProfilingResult['profiling'];

export interface OddTable {
  readonly title: string;
  readonly name: string;
  readonly content: string | Buffer | ((path: string) => unknown);
  /** Alerts that the result must have. */
  readonly says: readonly string[];
  readonly status: ProfilingResult['status'];
  readonly rows: number;
  readonly columns: readonly string[];
  readonly also?: (profile: Profile) => void;
}

export const usual = ['id', 'name', 'amount'];
export const column = (profile: Profile, name: string) => profile.columns.find((one) => one.name === name);
/** Of `plainRows(100)`, whatever it was wrapped in. */
export const soundNumbers = (profile: Profile) => {
  expect(column(profile, 'id')).toMatchObject({ physical_type: 'integer', n_missing: 0, n_distinct: 100 });
  expect(column(profile, 'amount')?.numeric).toMatchObject({ min: 0, max: 148.5, mean: 74.25 });
  expect(column(profile, 'name')?.n_distinct).toBe(7);
};
