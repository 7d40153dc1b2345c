/** Analyses that a result starts: plain submits in the transaction that commits it. */
import { workflowIdOf } from '../../policy/ids.ts';
import type { Answer, CommitRequest, FollowOn, LedgerRefusal, SubmitRequest } from '../ledger.ts';
import type { RunFacts } from '../lifecycle/run-facts.ts';
import type { Queryable } from '../pool.ts';
import { askedOf } from './admit.ts';
import { startRuns } from './start-runs.ts';

/** Before the commit's own lock, in the order that all keep: the resource, then its analyses by kind. */
export async function lockFollowOns(tx: Queryable, request: CommitRequest): Promise<void> {
  const kinds = (request.starts ?? []).map(({ kind }) => kind);
  if (kinds.length === 0) return;
  const { resourceId } = request;
  await tx.query('select 1 from onceflow.resources where resource_id = $1 for key share', [resourceId]);
  await tx.query(
    `select 1 from onceflow.analyses where resource_id = $1 and kind = any($2)
      order by resource_id, kind for no key update`,
    [resourceId, [...kinds, request.kind]],
  );
}

/**
 * `return`: a run that is open is joined and a result stands, so that a commit of the same file, after a reset or by a
 * later upload, starts nothing twice. A refusal is an answer here; the result of the upload stands whatever they are.
 */
export async function startFollowOns(tx: Queryable, request: CommitRequest, cause: RunFacts): Promise<void> {
  const starts = request.starts ?? [];
  if (starts.length === 0) return;
  const pin = await pinOf(tx, request.resultFence);
  const submit = (kind: FollowOn) => submitOf(kind, cause, pin);
  const careful = starts.map((kind) => askedOf({ ...submit(kind), onDuplicate: 'return' }));
  const answers = await startRuns(tx, careful);
  const outdated = starts.filter(
    (kind, index) => kind.policy === 'allow-rerun' && isOfOtherBytes(answers[index]),
  );
  if (outdated.length > 0)
    await startRuns(
      tx,
      outdated.map((kind) => askedOf(submit(kind))),
    );
}

function isOfOtherBytes(answer: Answer | LedgerRefusal | undefined): boolean {
  return answer?.outcome === 'completed' && (answer.stale ?? []).includes('content changed');
}

async function pinOf(tx: Queryable, fence: number): Promise<string | null> {
  const { rows } = await tx.query<{ pin: string | null }>(
    'select pin from onceflow.step_attempts where fence = $1',
    [fence],
  );
  return rows[0]?.pin ?? null;
}

function submitOf(
  { kind, policy, analyserVersion }: FollowOn,
  cause: RunFacts,
  pin: string | null,
): SubmitRequest {
  const { resourceId, priority, owner, requestedBy, generation } = cause;
  return {
    kind,
    resourceId,
    wish: 'submit',
    policy,
    analyserVersion,
    params: {},
    priority,
    fromScratch: false,
    observedPin: pin,
    reason: `${workflowIdOf(cause)}, generation ${generation}, asked for what applies to the file`,
    requestedBy: { actor: requestedBy, owner, role: 'submitter' },
  };
}
