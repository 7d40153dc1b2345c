import { countFailure, decideRetry, type RetryClass, type StepBudget } from '../../policy/retry.ts';
import type { AttemptFailureVerdict, Failure } from '../ledger.ts';
import type { LedgerPool, Queryable } from '../pool.ts';

interface Instance extends StepBudget {
  /** Its end was reported before: an answer was lost. */
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
    const instance = await lockInstance(tx, fence);
    if (!instance) return { verdict: 'retry' };
    const counts = instance.newest && !instance.reported;
    const spent = counts ? countFailure(instance, retry) : instance;
    await writeFailure(tx, fence, { code, message, hint }, spent);
    if (!instance.newest) return { verdict: 'retry' };
    const decision = decideRetry(spent, { code, message, hint }, retry);
    return decision.outcome === 'retry'
      ? { verdict: 'retry' }
      : { verdict: 'give-up', failure: decision.failure };
  });
}

async function lockInstance(tx: Queryable, fence: number): Promise<Instance | undefined> {
  const { rows } = await tx.query<Instance & { [column: string]: unknown }>(
    `select i.retryable_failures as "retryableFailures", i.child_deaths as "childDeaths",
       a.state <> 'running' as reported, i.fence = a.fence as newest
       from onceflow.step_attempts a join onceflow.step_instances i using (run_id, step, instance)
      where a.fence = $1 for no key update of i`,
    [fence],
  );
  return rows[0];
}

async function writeFailure(
  tx: Queryable,
  fence: number,
  failure: Failure,
  spent: StepBudget,
): Promise<void> {
  await tx.query(
    `with failed as (
       update onceflow.step_attempts set state = 'failed', ended_at = clock_timestamp(), failure = $2, why = $3
        where fence = $1 and state = 'running')
     update onceflow.step_instances i set retryable_failures = $4, child_deaths = $5
       from onceflow.step_attempts a
      where a.fence = $1 and i.run_id = a.run_id and i.step = a.step and i.instance = a.instance`,
    [fence, JSON.stringify(failure), failure.code, spent.retryableFailures, spent.childDeaths],
  );
}
