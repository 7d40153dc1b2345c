import type { Client } from '@temporalio/client';
import type { Actor, Ledger, RunView } from '../ledger/ledger.ts';
import { mayAct, type Role } from '../policy/roles.ts';
import { isOpen } from '../policy/states.ts';
import type { Call } from './calls.ts';
import type { Changes } from './changes.ts';
import { OnceflowError } from './errors.ts';
import type { Kinds } from './kinds.ts';
import type { Cancelled, Reset, ResetOptions } from './onceflow.ts';
import { neverSubmitted, type Target } from './refs.ts';
import { resetRun } from './reset.ts';
import { currentRun, withResetsFollowed } from './results.ts';
import { withinDeadline } from './temporal.ts';

export interface OperationContext {
  readonly ledger: Ledger;
  readonly call: Call;
  readonly changes: Changes;
  readonly kinds: Kinds;
  readonly actor: Actor;
  readonly temporal: Client;
}

const adoptionMs = 10_000;

/** Throws FORBIDDEN. */
export function needRole(actor: Actor, needed: Role, what: string): void {
  if (mayAct(actor.role, needed)) return;
  throw new OnceflowError({
    code: 'FORBIDDEN',
    message: `${what} needs the ${needed} role, not ${actor.role}`,
    hint: `connect with role ${needed} (ONCEFLOW_ROLE), if that is yours`,
  });
}

/**
 * The ledger first: from then on nothing of the run is accepted, whether or not Temporal hears of it at once. What is
 * cancelled is the run that is seen here: one that follows it while this call waits, or is repeated, was not meant.
 */
export async function cancelRun(
  context: OperationContext,
  target: Target,
  reason: string | null,
): Promise<Cancelled> {
  const { ledger, call, actor, temporal } = context;
  needRole(actor, 'submitter', 'to cancel');
  const named = await newestRun(context, target);
  const newest = await newestRun(context, { ...target, generation: null });
  if (named.generation !== newest.generation) {
    const now = await currentRun(context, target.key, named.generation);
    if (now.generation !== newest.generation) return { requested: false, run: now };
  }
  const { generation } = newest;
  const meant = await call(() => ledger.requestCancel(target.key, actor, reason, generation));
  if (meant === null) throw neverSubmitted(target.key);
  const run = await withResetsFollowed(context, target.key, meant);
  // A reset came first, and put that run in the place of the one that was meant.
  if (run.generation !== generation) {
    return cancelRun(context, { ...target, generation: run.generation }, reason);
  }
  if (run.temporalRunId !== null && run.state === 'running') {
    const handle = temporal.workflow.getHandle(run.workflowId, run.temporalRunId);
    // The relay says it again until the run has closed.
    await withinDeadline(temporal, () => handle.cancel()).catch(() => undefined);
  }
  // Cancelled before anybody asked now: its end is not of this request.
  const hadEnded = run.runId === newest.runId && !isOpen(newest.state);
  return { requested: !hadEnded && (isOpen(run.state) || run.state === 'cancelled'), run };
}

export async function resetAnalysis(
  context: OperationContext,
  target: Target,
  options: ResetOptions,
): Promise<Reset> {
  mayReset(context, target, options);
  const run = await newestRun(context, target);
  const temporalRunId = await resetRun(context.temporal, run, options);
  const made = await adopted(context, target, temporalRunId, run.generation);
  const { ledger, call, actor } = context;
  await call(() => ledger.noteReset(target.key, temporalRunId, actor, options.reason ?? null));
  const noted = made && (await call(() => ledger.getRun({ runId: made.runId })));
  return { workflowId: run.workflowId, temporalRunId, run: noted ?? made };
}

/** A reset is a rerun from a point: a no-repeat kind asks the same for it. */
function mayReset({ kinds, actor }: OperationContext, target: Target, options: ResetOptions): void {
  if (kinds.find(target.key.kind)?.definition.policy === 'allow-rerun') {
    return needRole(actor, 'submitter', 'to reset');
  }
  needRole(actor, 'operator', `to reset a no-repeat analysis`);
  if (options.reason) return;
  throw new OnceflowError({
    code: 'REASON_REQUIRED',
    message: 'to reset a no-repeat analysis needs a reason',
    hint: 'say why in `reason` (--reason): it is kept in the audit trail',
    ids: { ...target.key, workflowId: target.workflowId },
  });
}

async function adopted(
  { ledger, call, changes }: OperationContext,
  target: Target,
  temporalRunId: string,
  resetGeneration: number,
): Promise<RunView | null> {
  const deadline = performance.now() + adoptionMs;
  const subscription = changes.subscribe(target.workflowId);
  try {
    for (;;) {
      const newest = (await call(() => ledger.get(target.key)))?.run ?? null;
      for (let run = newest; run !== null && run.generation > resetGeneration; ) {
        if (run.temporalRunId === temporalRunId) return run;
        const generation = run.generation - 1;
        run = await call(() => ledger.getRun({ key: target.key, generation }));
      }
      if (performance.now() >= deadline) return null;
      await subscription.changed(Math.min(500, deadline - performance.now()));
    }
  } finally {
    subscription.close();
  }
}

/** The run that the target names, or the newest one. Throws NEVER_SUBMITTED. */
export async function newestRun(
  { ledger, call }: Pick<OperationContext, 'ledger' | 'call'>,
  target: Target,
): Promise<RunView> {
  const { key, generation } = target;
  const run =
    generation === null
      ? ((await call(() => ledger.get(key)))?.run ?? null)
      : await call(() => ledger.getRun({ key, generation }));
  if (run === null) throw neverSubmitted(key);
  return run;
}
