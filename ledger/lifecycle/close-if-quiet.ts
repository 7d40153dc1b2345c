import type { Queryable } from '../pool.ts';
import { type Closing, closeRun } from './close-run.ts';

/**
 * Proof before the word: closes a running run only when no attempt of it is alive (ended, or its lease has run out);
 * else answers how many are. Locks the run row first, so that no attempt can begin in between.
 */
export async function closeIfQuiet(tx: Queryable, runId: string, closing: Closing): Promise<number> {
  await tx.query('select 1 from onceflow.runs where run_id = $1 for no key update', [runId]);
  const { rows } = await tx.query<{ alive: number }>(
    `select count(*)::int as alive from onceflow.step_attempts
      where run_id = $1 and ended_at is null and lease_until > clock_timestamp()`,
    [runId],
  );
  const alive = rows[0]?.alive ?? 0;
  if (alive === 0) await closeRun(tx, runId, closing);
  return alive;
}
