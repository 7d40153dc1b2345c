import { type ClaimDecision, decideClaim } from '../../policy/claim.ts';
import { countFailure, decideRetry } from '../../policy/retry.ts';
import type { BeginRequest, BeginVerdict, ClaimRequest, CommitRequest } from '../../ledger/ledger.ts';
import { hashOf } from '../../ledger/hashes.ts';
import { adoptReset, closeIfQuiet, closeRun, openGeneration, registerRun } from './ledger-lifecycle.ts';
import { claimFacts } from './ledger-requests.ts';
import { type LedgerState, ownRow, rowOf, type RunRow } from './ledger-state.ts';

/**
 * ledger/operations/, in memory: it applies what policy/ decides as they do, each function one transaction.
 * test/ledger/simulation.test.ts holds it against the real ledger.
 */
export type ClaimSays =
  | { readonly verdict: 'go'; readonly generation: number; readonly incarnation: number }
  | { readonly verdict: 'completed' | 'failed'; readonly generation: number }
  | { readonly verdict: 'cancelled' }
  | { readonly verdict: 'refused' }
  | { readonly verdict: 'describe'; readonly registeredBefore: number }
  | { readonly verdict: 'describe-other'; readonly temporalRunId: string };

export function claim(state: LedgerState, request: ClaimRequest): ClaimSays {
  const facts = claimFacts(state, { ...request, keptIncarnation: null });
  const decision = decideClaim(facts);
  switch (decision.action) {
    case 'describe':
      return { verdict: 'describe', registeredBefore: facts.registrations };
    case 'describe-other':
      return { verdict: 'describe-other', temporalRunId: decision.temporalRunId };
    case 'cancelled':
      return closeOwn(state, decision.close);
    case 'completed':
    case 'failed':
      return { verdict: decision.action, generation: decision.generation };
    case 'turn-away':
      state.registered.set(request.run.temporalRunId, 'turned-away');
      return { verdict: 'cancelled' };
    case 'refused':
      return { verdict: 'refused' };
    default:
      return goOn(ownerOf(state, request, decision));
  }
}

type Taking = Extract<ClaimDecision, { action: 'go-on' | 'register' | 'start-direct' | 'adopt' }>;

function ownerOf(state: LedgerState, { run }: ClaimRequest, decision: Taking): RunRow {
  if (decision.action === 'adopt') return adoptReset(state, run.temporalRunId);
  if (decision.action === 'go-on') return rowOf(state, decision.generation);
  const taken =
    decision.action === 'register' ? rowOf(state, decision.generation) : openGeneration(state, directStart);
  registerRun(state, taken, run.temporalRunId);
  return taken;
}

const directStart = {
  trigger: 'direct',
  authorised: false,
  reason: null,
  paramsHash: hashOf({}),
  dispatched: false,
} as const;

function goOn({ generation, incarnation }: RunRow): ClaimSays {
  return { verdict: 'go', generation, incarnation };
}

function closeOwn(state: LedgerState, close: number | null): ClaimSays {
  const run = close === null ? undefined : rowOf(state, close);
  if (run?.state === 'pending') closeRun(state, run, 'cancelled', 'itself');
  else if (run) closeIfQuiet(state, run);
  return { verdict: 'cancelled' };
}

type BeginSays =
  | Exclude<BeginVerdict, { verdict: 'go' }>
  | { readonly verdict: 'go'; readonly fence: number };

export function begin(state: LedgerState, request: BeginRequest): BeginSays {
  const standing = standingOf(state, request);
  if (standing.verdict !== 'current') return standing;
  const run = ownRow(state, request.run.temporalRunId) as RunRow;
  const fence = state.attempts.size + 1;
  const { temporalRunId } = request.run;
  const attempt = {
    fence,
    generation: run.generation,
    temporalRunId,
    state: 'running',
    leased: true,
  } as const;
  run.fence = fence;
  state.attempts.set(fence, { ...attempt });
  state.watch.began(run, attempt);
  return { verdict: 'go', fence };
}

type Standing = Exclude<BeginSays, { verdict: 'go' }> | { readonly verdict: 'current' };
const closed = (why: string) => ({ verdict: 'closed', why }) as const;

/** Adopts a reset's run that the ledger does not know; says why a run may not write. */
function standingOf(state: LedgerState, request: BeginRequest | CommitRequest): Standing {
  const facts = claimFacts(state, { ...request, keptIncarnation: request.incarnation });
  if (facts.registered === null && facts.origin !== 'reset') return closed('this run never claimed');
  const decision = decideClaim(facts);
  switch (decision.action) {
    case 'go-on': {
      if (decision.generation !== state.generation) return closed('a newer generation exists');
      const same = rowOf(state, decision.generation).incarnation === request.incarnation;
      return same ? { verdict: 'current' } : closed('the resource was deleted');
    }
    case 'adopt':
      adoptReset(state, request.run.temporalRunId);
      return { verdict: 'current' };
    case 'describe':
      return { verdict: 'describe', registeredBefore: facts.registrations };
    case 'turn-away':
      state.registered.set(request.run.temporalRunId, 'turned-away');
      return closed(decision.why);
    default:
      return closed('the run is over');
  }
}

export function renew(state: LedgerState, fence: number): boolean {
  const attempt = state.attempts.get(fence);
  if (!attempt) return false;
  if (attempt.state === 'running') attempt.leased = true;
  return attempt.state === 'running' && mayWrite(state, fence);
}

function mayWrite(state: LedgerState, fence: number): boolean {
  const attempt = state.attempts.get(fence);
  const run = attempt && state.runs.get(attempt.generation);
  if (!attempt || run?.state !== 'running' || run.cancelRequested) return false;
  const owner = run.temporalRunId === attempt.temporalRunId || state.without.has('NORUNID');
  return owner && (run.fence === fence || state.without.has('NOFENCE'));
}

export function finish(state: LedgerState, fence: number): boolean {
  const attempt = state.attempts.get(fence);
  if (attempt?.state === 'finished') return true;
  if (attempt?.state !== 'running' || !mayWrite(state, fence)) return false;
  attempt.state = 'finished';
  return true;
}

export function endAttempt(state: LedgerState, fence: number): void {
  const attempt = state.attempts.get(fence);
  if (attempt?.state === 'running') attempt.state = 'ended';
}

/** True: the step fails for good. */
export function failAttempt(
  state: LedgerState,
  fence: number,
  retry: 'never' | 'backoff' | 'poison',
): boolean {
  const attempt = state.attempts.get(fence);
  const run = attempt && state.runs.get(attempt.generation);
  if (!attempt || !run) return false;
  const before = state.spent.get(run.generation) ?? { retryableFailures: 0, childDeaths: 0 };
  const newest = run.fence === fence;
  const spent = newest && attempt.state === 'running' ? countFailure(before, retry) : before;
  state.spent.set(run.generation, spent);
  if (attempt.state === 'running') attempt.state = 'failed';
  return newest && decideRetry(spent, boom, retry).outcome === 'give-up';
}

export const boom = { code: 'BOOM', message: 'It broke.', hint: 'Mend it.' } as const;

type CommitSays =
  | Exclude<Standing, { verdict: 'current' }>
  | { readonly verdict: 'committed'; readonly generation: number }
  | { readonly verdict: 'superseded' };

export function commit(state: LedgerState, request: CommitRequest): CommitSays {
  const { temporalRunId } = request.run;
  const standing =
    state.without.has('COMMIT') && ownRow(state, temporalRunId)?.state === 'running'
      ? { verdict: 'current' as const }
      : standingOf(state, request);
  if (standing.verdict === 'describe') return standing;
  const own = ownRow(state, temporalRunId);
  if (standing.verdict === 'closed') {
    return own?.state === 'completed' ? { verdict: 'committed', generation: own.generation } : standing;
  }
  if (!own || !isResult(state, request.resultFence)) return { verdict: 'superseded' };
  const { generation, incarnation, paramsHash } = own;
  state.results.push({ generation, incarnation, paramsHash });
  const { incarnation: keptIncarnation, resultFence: fence } = request;
  state.watch.committed(own, { temporalRunId, keptIncarnation, fence });
  closeRun(state, own, 'completed', 'itself');
  return { verdict: 'committed', generation };
}

/** The attempt whose document is the result: finished, and the newest of its instance (of an older run after a reset). */
function isResult(state: LedgerState, fence: number): boolean {
  const attempt = state.attempts.get(fence);
  if (attempt?.state !== 'finished') return false;
  return state.runs.get(attempt.generation)?.fence === fence || state.without.has('NOFENCE');
}
