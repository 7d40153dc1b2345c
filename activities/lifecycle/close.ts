import { ApplicationFailure } from '@temporalio/activity';
import type { Failure } from '../../ledger/ledger.ts';
import type { CloseAnswer } from '../contract.ts';
import { currentRun } from '../current-run.ts';
import type { LifecycleDeps } from './lifecycle.ts';

export async function fail(deps: LifecycleDeps, failure: Failure): Promise<CloseAnswer> {
  return closed(await deps.ledger.failRun(currentRun(), failure));
}

/** Cancelled is a proof, not a wish: it is recorded once no attempt of the run is alive or leased. */
export async function closeCancelled(deps: LifecycleDeps, why: string): Promise<CloseAnswer> {
  return closed(await deps.ledger.closeCancelled(currentRun(), why));
}

type Verdict = Awaited<ReturnType<LifecycleDeps['ledger']['closeCancelled']>>;

function closed(verdict: Verdict): CloseAnswer {
  if (verdict.verdict !== 'still-alive') return { verdict: verdict.verdict };
  throw ApplicationFailure.retryable(`${verdict.attempts} attempts are still alive`, 'STILL_ALIVE');
}
