import { reusePolicyOf } from '../../policy/admission.ts';
import { redispatchesAllowed } from '../../policy/retry.ts';
import type { Failure } from '../ledger.ts';
import { closeIfQuiet } from '../lifecycle/close-if-quiet.ts';
import { closeRun } from '../lifecycle/close-run.ts';
import { lockAnalysis } from '../lifecycle/lock-analysis.ts';
import { type RunFacts, runJson } from '../lifecycle/run-facts.ts';
import type { LedgerPool, Queryable } from '../pool.ts';

export type TakeOver = { readonly action: 'closed' | 'dispatched' | 'nothing' };

const failedOutside: Failure = {
  code: 'WORKFLOW_FAILED',
  message: 'The workflow failed in Temporal without telling the ledger.',
  hint: 'Look at the workflow in Temporal; then retry.',
};
const lost: Failure = {
  code: 'LOST',
  message: `Temporal does not know the workflow, also after ${redispatchesAllowed} new dispatches.`,
  hint: 'Check that Temporal and the workers point to the same namespace; then retry.',
};

/**
 * Judges a running row by its own Temporal run [RECID]; fail-closed: a row that moved on stays as it is, and so does one
 * that would be `cancelled` while an attempt of it may be alive.
 */
export async function takeOverOutcome(
  pool: LedgerPool,
  runId: string,
  temporalRunId: string,
  outcome: 'failed' | 'cancelled' | 'unknown',
): Promise<TakeOver> {
  return pool.transaction(async (tx) => {
    const found = await lockRun(tx, runId);
    if (!found || found.run.state !== 'running' || found.run.temporalRunId !== temporalRunId) {
      return { action: 'nothing' };
    }
    const { run, newest, dispatched } = found;
    if (outcome === 'failed') {
      await closeRun(tx, runId, {
        state: 'failed',
        why: 'failed in Temporal',
        by: 'reconcile',
        failure: failedOutside,
      });
      return { action: 'closed' };
    }
    if (outcome === 'cancelled' || run.cancelRequested || !newest) {
      const why =
        outcome === 'cancelled' ? 'ended in Temporal' : 'unknown to Temporal, and not wanted any more';
      // A worker that Temporal and the ledger do not hear may still compute, until its lease runs out.
      const alive = await closeIfQuiet(tx, runId, { state: 'cancelled', why, by: 'reconcile' });
      return { action: alive === 0 ? 'closed' : 'nothing' };
    }
    // A dispatch that is still on its way has not been tried; it counts when it, too, has led nowhere.
    if (dispatched) return { action: 'nothing' };
    if (run.redispatches < redispatchesAllowed) return dispatchAgain(tx, run);
    await closeRun(tx, runId, { state: 'failed', why: 'lost', by: 'reconcile', failure: lost });
    return { action: 'closed' };
  });
}

async function dispatchAgain(tx: Queryable, run: RunFacts): Promise<TakeOver> {
  await tx.query('insert into onceflow.dispatch (run_id, reuse_policy) values ($1, $2)', [
    run.runId,
    reusePolicyOf(run),
  ]);
  await tx.query(
    `with counted as (update onceflow.runs set redispatches = redispatches + 1 where run_id = $1)
     insert into onceflow.events (kind, resource_id, generation, run_id, type, actor, why)
     values ($2, $3, $4, $1, 'run.dispatched-again', 'reconcile', 'unknown to Temporal')`,
    [run.runId, run.kind, run.resourceId, run.generation],
  );
  return { action: 'dispatched' };
}

interface LockedRun {
  readonly run: RunFacts;
  readonly newest: boolean;
  readonly dispatched: boolean;
}

async function lockRun(tx: Queryable, runId: string): Promise<LockedRun | null> {
  const { rows } = await tx.query<{ kind: string; resourceId: string }>(
    'select kind, resource_id as "resourceId" from onceflow.runs where run_id = $1',
    [runId],
  );
  if (!rows[0] || !(await lockAnalysis(tx, rows[0]))) return null;
  const found = await tx.query<LockedRun & { [column: string]: unknown }>(
    `select ${runJson('r')} as run, r.generation = a.generation as newest,
       exists (select 1 from onceflow.dispatch d where d.run_id = r.run_id) as dispatched
       from onceflow.runs r join onceflow.analyses a using (kind, resource_id) where r.run_id = $1`,
    [runId],
  );
  return found.rows[0] ?? null;
}
