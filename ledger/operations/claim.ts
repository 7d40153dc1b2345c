import { type ClaimDecision, decideClaim } from '../../policy/claim.ts';
import { parseWorkflowId, workflowIdOf } from '../../policy/ids.ts';
import { NORMAL_PRIORITY } from '../../policy/priority.ts';
import { faultPoint } from '../fault-points.ts';
import { hashOf } from '../hashes.ts';
import type { ClaimRequest, ClaimVerdict, Failure } from '../ledger.ts';
import { adoptReset } from '../lifecycle/adopt.ts';
import { type Asking, askingFacts } from '../lifecycle/claim-facts.ts';
import { closeIfQuiet } from '../lifecycle/close-if-quiet.ts';
import { closeRun } from '../lifecycle/close-run.ts';
import { lockAnalysis } from '../lifecycle/lock-analysis.ts';
import { openGenerations } from '../lifecycle/open-generation.ts';
import { registerRun, turnRunAway } from '../lifecycle/register-run.ts';
import { type RunFacts, runJson } from '../lifecycle/run-facts.ts';
import type { LedgerPool, Queryable } from '../pool.ts';

const unknownFailure: Failure = {
  code: 'WORKFLOW_FAILED',
  message: 'The run failed.',
  hint: 'Look at its workflow in Temporal.',
};

/** Registers a Temporal run and says what it may do. Repeating it is safe: a registered run hears the same again. */
export async function claim(pool: LedgerPool, request: ClaimRequest): Promise<ClaimVerdict> {
  if (parseWorkflowId(request.run.workflowId) === null || request.run.workflowId !== workflowIdOf(request)) {
    const message = `${request.run.workflowId} is not the workflow ID of a ${request.kind} analysis.`;
    const hint = `Start it with the workflow ID ${request.kind}:<resourceId>.`;
    return { verdict: 'refused', failure: { code: 'WORKFLOW_ID_MISMATCH', message, hint } };
  }
  const verdict = await pool.transaction(async (tx) => {
    await lockForClaim(tx, request);
    const asking = await askingFacts(tx, { ...request, keptIncarnation: null });
    return apply(tx, request, asking, decideClaim(asking.facts));
  });
  await faultPoint('claim: after', request.run.workflowId);
  return verdict;
}

/** A direct start may be the first that the ledger hears of this analysis; a resource that is unknown gets no row. */
async function lockForClaim(tx: Queryable, request: ClaimRequest): Promise<void> {
  if (await lockAnalysis(tx, request)) return;
  await tx.query(
    `insert into onceflow.analyses (kind, resource_id, workflow_id, policy, analyser_version)
     select $1, resource_id, $3, $4, $5 from onceflow.resources where resource_id = $2 and deleted_at is null
     on conflict do nothing`,
    [request.kind, request.resourceId, request.run.workflowId, request.policy, request.analyserVersion],
  );
  await lockAnalysis(tx, request);
}

async function apply(
  tx: Queryable,
  request: ClaimRequest,
  asking: Asking,
  decision: ClaimDecision,
): Promise<ClaimVerdict> {
  switch (decision.action) {
    case 'describe':
      return { verdict: 'describe', registeredBefore: asking.facts.registrations };
    case 'describe-other':
      return { verdict: 'describe-other', temporalRunId: decision.temporalRunId };
    case 'refused':
      return { verdict: 'refused', failure: refusedFailure(request, decision) };
    case 'turn-away':
      await turnRunAway(tx, request.run, decision.why);
      return { verdict: 'cancelled', why: decision.why };
    case 'cancelled':
      if (decision.close !== null) await closeOwn(tx, request, decision.close, decision.why);
      return { verdict: 'cancelled', why: decision.why };
    case 'completed':
    case 'failed':
      return outcomeOf(await runOf(tx, request, decision.generation), decision.action);
    case 'go-on':
      return goOn(asking.own as RunFacts);
    case 'register':
      return goOn(await register(tx, request, knownRun(asking, decision.generation) ?? decision.generation));
    case 'start-direct':
      await openDirect(tx, request, asking, decision.why);
      return goOn(await register(tx, request, asking.facts.newestGeneration + 1));
    case 'adopt':
      await adoptReset(tx, request, asking);
      return goOn(await runOf(tx, request, asking.facts.newestGeneration + 1));
  }
}

/** What was read under the lock need not be read again. */
function knownRun({ named, newest }: Asking, generation: number): RunFacts | undefined {
  return [named, newest].find((run) => run?.generation === generation) ?? undefined;
}

async function register(tx: Queryable, request: ClaimRequest, what: RunFacts | number): Promise<RunFacts> {
  const run = typeof what === 'number' ? await runOf(tx, request, what) : what;
  await registerRun(tx, request.run, run.runId);
  return run;
}

async function openDirect(tx: Queryable, request: ClaimRequest, asking: Asking, why: string): Promise<void> {
  await openGenerations(tx, [
    {
      kind: request.kind,
      resourceId: request.resourceId,
      generation: asking.facts.newestGeneration + 1,
      trigger: 'direct',
      policy: request.policy,
      analyserVersion: request.analyserVersion,
      params: {},
      paramsHash: hashOf({}),
      pin: null,
      authorised: false,
      reason: null,
      fromScratch: false,
      priority: NORMAL_PRIORITY,
      requestedBy: 'temporal',
      why: `started directly: ${why}`,
      reusePolicy: null,
    },
  ]);
}

async function runOf(tx: Queryable, request: ClaimRequest, generation: number): Promise<RunFacts> {
  const { rows } = await tx.query<{ run: RunFacts }>(
    `select ${runJson('r')} as run from onceflow.runs r where r.kind = $1 and r.resource_id = $2 and r.generation = $3`,
    [request.kind, request.resourceId, generation],
  );
  const run = rows[0]?.run;
  if (!run) throw new Error(`generation ${generation} of ${workflowIdOf(request)} vanished`);
  return run;
}

/** A pending generation that nobody will run, or the asking run's own, once none of its attempts is alive. */
async function closeOwn(
  tx: Queryable,
  request: ClaimRequest,
  generation: number,
  why: string,
): Promise<void> {
  const run = await runOf(tx, request, generation);
  if (run.state === 'pending') await closeRun(tx, run.runId, { state: 'cancelled', why, by: 'claim' });
  else await closeIfQuiet(tx, run.runId, { state: 'cancelled', why, by: 'claim' });
}

function goOn(run: RunFacts): ClaimVerdict {
  const { runId, generation, incarnation, trigger, owner, params } = run;
  return { verdict: 'go', runId, generation, incarnation, trigger, owner, params };
}

function outcomeOf(run: RunFacts, action: 'completed' | 'failed'): ClaimVerdict {
  const { runId, generation } = run;
  if (action === 'completed') return { verdict: 'completed', runId, generation };
  return { verdict: 'failed', generation, failure: run.failure ?? unknownFailure };
}

function refusedFailure(request: ClaimRequest, decision: { code: string; why: string }): Failure {
  const message = `${request.resourceId}: ${decision.why}.`;
  return { code: decision.code, message, hint: 'Put the resource first, or submit with a source.' };
}
