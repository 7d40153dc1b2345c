import { parseWorkflowId } from '../../policy/ids.ts';
import { faultPoint } from '../fault-points.ts';
import type { CloseVerdict, Failure, TemporalRun } from '../ledger.ts';
import { closeIfQuiet } from '../lifecycle/close-if-quiet.ts';
import { closeRun } from '../lifecycle/close-run.ts';
import { lockAnalysis } from '../lifecycle/lock-analysis.ts';
import { type RunFacts, runJson } from '../lifecycle/run-facts.ts';
import type { LedgerPool, Queryable } from '../pool.ts';

/** The run's own failure. A cancel that was requested first wins, once its processes are gone. */
export async function failRun(pool: LedgerPool, run: TemporalRun, failure: Failure): Promise<CloseVerdict> {
  return closing(pool, run, async (tx) => {
    const own = await ownRun(tx, run);
    if (!own) return { verdict: 'not-ours' };
    if (own.state !== 'running') return { verdict: 'closed' };
    if (own.cancelRequested) return closeWhenQuiet(tx, own.runId, own.why ?? 'cancel requested');
    const { code, message, hint } = failure;
    await closeRun(tx, own.runId, {
      state: 'failed',
      why: code,
      by: 'run',
      failure: { code, message, hint },
    });
    return { verdict: 'closed' };
  });
}

/** One transaction that may close the run. */
export async function closing(
  pool: LedgerPool,
  run: TemporalRun,
  close: (tx: Queryable) => Promise<CloseVerdict>,
): Promise<CloseVerdict> {
  const verdict = await pool.transaction(async (tx) => {
    const verdict = await close(tx);
    await faultPoint('close: before', run.workflowId);
    return verdict;
  });
  await faultPoint('close: after', run.workflowId);
  return verdict;
}

/** Locks the analysis and answers the generation that this Temporal run owns; null: none, or another took it over. */
export async function ownRun(tx: Queryable, run: TemporalRun): Promise<RunFacts | null> {
  const key = parseWorkflowId(run.workflowId);
  if (!key || !(await lockAnalysis(tx, key))) return null;
  const { rows } = await tx.query<{ run: RunFacts }>(
    `select ${runJson('r')} as run from onceflow.temporal_runs t
       join onceflow.runs r on r.run_id = t.run_id and r.temporal_run_id = t.temporal_run_id
      where t.temporal_run_id = $1`,
    [run.temporalRunId],
  );
  return rows[0]?.run ?? null;
}

export async function closeWhenQuiet(tx: Queryable, runId: string, why: string): Promise<CloseVerdict> {
  const attempts = await closeIfQuiet(tx, runId, { state: 'cancelled', why, by: 'run' });
  return attempts === 0 ? { verdict: 'closed' } : { verdict: 'still-alive', attempts };
}
