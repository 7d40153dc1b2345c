import { errorOfOneRequest, isRepeatable, type LedgerError } from '../errors.ts';
import type { LedgerPool } from '../pool.ts';
import { type AnsweredCall, keepCalls } from './keep-calls.ts';

/** False: the key was taken meanwhile. An error: another transaction holds the key, this call cannot be kept now. */
export type Kept = boolean | LedgerError;

/**
 * One statement, without a transaction around it, for calls of many callers. Where a key that an open transaction holds
 * (or two such statements crosswise) ends it, each call is tried alone: only whose key that is hears of it.
 */
export async function keepTogether(
  pool: LedgerPool,
  calls: readonly AnsweredCall[],
): Promise<readonly Kept[]> {
  try {
    return await keepCalls(pool, calls);
  } catch (error) {
    if (!isRepeatable(error)) throw error;
    const kept: Kept[] = [];
    for (const call of calls) kept.push(await keepAlone(pool, call));
    return kept;
  }
}

async function keepAlone(pool: LedgerPool, call: AnsweredCall): Promise<Kept> {
  try {
    const kept = await pool.transaction((tx) => keepCalls(tx, [call]), 1);
    return kept.every(Boolean);
  } catch (error) {
    const own = errorOfOneRequest(error);
    if (own === null) throw error;
    return own;
  }
}
