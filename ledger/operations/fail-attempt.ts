import { countFailure, decideRetry, type RetryClass } from '../../policy/retry.ts';
import type { AttemptFailureVerdict, Failure } from '../ledger.ts';
import type { LedgerPool } from '../pool.ts';

interface InstanceRow {
  readonly run_id: string;
  readonly step: string;
  readonly instance: string;
  readonly retryable_failures: number;
  readonly child_deaths: number;
  readonly reported: boolean;
  readonly newest: boolean;
}

/** What a living worker reports of its own attempt; counted once per fence, and only for the newest attempt. */
export async function failAttempt(
  pool: LedgerPool,
  fence: number,
  failure: Failure & { readonly retry: RetryClass },
): Promise<AttemptFailureVerdict> {
  const { code, message, hint, retry } = failure;
  return pool.transaction(async (tx) => {
    const { rows } = await tx.query<InstanceRow & { [column: string]: unknown }>(
      `select i.run_id, i.step, i.instance, i.retryable_failures, i.child_deaths,
         a.state <> 'running' as reported, i.fence = a.fence as newest
         from onceflow.step_attempts a join onceflow.step_instances i using (run_id, step, instance)
        where a.fence = $1 for no key update of i`,
      [fence],
    );
    const row = rows[0];
    if (!row) return { verdict: 'retry' };
    const before = { retryableFailures: row.retryable_failures, childDeaths: row.child_deaths };
    const spent = row.reported || !row.newest ? before : countFailure(before, retry);
    await tx.query(
      `with failed as (
         update onceflow.step_attempts set state = 'failed', ended_at = clock_timestamp(), failure = $2, why = $3
          where fence = $1 and state = 'running')
       update onceflow.step_instances set retryable_failures = $4, child_deaths = $5
        where run_id = $6 and step = $7 and instance = $8`,
      [
        fence,
        JSON.stringify({ code, message, hint }),
        code,
        spent.retryableFailures,
        spent.childDeaths,
        row.run_id,
        row.step,
        row.instance,
      ],
    );
    if (!row.newest) return { verdict: 'retry' };
    const decision = decideRetry(spent, { code, message, hint }, retry);
    return decision.outcome === 'retry'
      ? { verdict: 'retry' }
      : { verdict: 'give-up', failure: decision.failure };
  });
}
