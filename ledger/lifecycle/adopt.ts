import { hashOf } from '../hashes.ts';
import { NORMAL_PRIORITY } from '../../policy/priority.ts';
import type { ClaimRequest } from '../ledger.ts';
import type { Queryable } from '../pool.ts';
import type { Asking } from './claim-facts.ts';
import { closeRun, leaveFollowUp } from './close-run.ts';
import { openGenerations } from './open-generation.ts';
import { registerRun } from './register-run.ts';
import { type RunFacts, runJson } from './run-facts.ts';

type AdoptRequest = Pick<ClaimRequest, 'kind' | 'resourceId' | 'policy' | 'analyserVersion' | 'run'>;

/**
 * A reset's run becomes a new generation, in one transaction: an open generation closes as cancelled (reset), an
 * unclaimed pending one as cancelled (superseded) and leaves a follow-up. `decideAdoption` said yes; the row is locked.
 */
export async function adoptReset(tx: Queryable, request: AdoptRequest, asking: Asking): Promise<string> {
  const pending: string[] = [];
  const { rows } = await tx.query<{ run: RunFacts }>(
    `select ${runJson('r')} as run from onceflow.runs r
      where r.kind = $1 and r.resource_id = $2 and r.state in ('pending', 'running') order by r.generation`,
    [request.kind, request.resourceId],
  );
  // The new generation first: closing an older one then converts no follow-up, which waits for the reset to end.
  const runId = await openReset(tx, request, asking);
  for (const { run } of rows) {
    if (run.state === 'pending') pending.push(run.runId);
    const why = run.state === 'pending' ? 'superseded' : 'reset';
    await closeRun(tx, run.runId, { state: 'cancelled', why, by: 'reset' });
  }
  for (const superseded of pending) await leaveFollowUp(tx, superseded);
  await registerRun(tx, request.run, runId);
  return runId;
}

async function openReset(tx: Queryable, request: AdoptRequest, asking: Asking): Promise<string> {
  // What the replayed history was claimed for: its workflow computes with those params, not with the newest ones.
  const before = asking.own ?? asking.named ?? asking.newest;
  const opened = await openGenerations(tx, [
    {
      kind: request.kind,
      resourceId: request.resourceId,
      generation: asking.facts.newestGeneration + 1,
      trigger: 'reset',
      policy: request.policy,
      analyserVersion: request.analyserVersion,
      params: before?.params ?? {},
      paramsHash: before?.paramsHash ?? hashOf({}),
      pin: null,
      authorised: request.policy === 'no-repeat',
      reason: 'reset in Temporal',
      fromScratch: true,
      priority: before?.priority ?? NORMAL_PRIORITY,
      requestedBy: 'temporal',
      why: 'reset in Temporal',
      reusePolicy: null,
    },
  ]);
  return opened[0] as string;
}
