import type { Without } from './clauses.ts';

/** workflows/lifecycle.ts as a machine: its place, and what the answers so far have left in the history. */
export interface WorkflowState {
  readonly at: 'claim' | 'step' | 'commit' | 'fail' | 'close' | 'over';
  /** What claim answered in this history. */
  readonly incarnation: number;
  readonly fence: number;
  readonly claims: number;
  readonly commits: number;
}

export type Closed = 'COMPLETED' | 'FAILED' | 'CANCELED' | 'TERMINATED';

export const firstState: WorkflowState = { at: 'claim', incarnation: 0, fence: 0, claims: 1, commits: 1 };
const claimsPerWorkflow = 5;
const commitsPerRun = 5;

/** What an activity reports to its workflow. */
export type Report =
  | { readonly of: 'claim'; readonly verdict: 'go'; readonly incarnation: number }
  | { readonly of: 'claim'; readonly verdict: 'completed' | 'failed' | 'cancelled' }
  | { readonly of: 'step'; readonly verdict: 'done'; readonly fence: number }
  | { readonly of: 'step'; readonly verdict: 'closed' | 'gave-up' | 'cancelled' }
  | { readonly of: 'commit'; readonly verdict: 'committed' | 'closed' | 'superseded' }
  | { readonly of: 'fail' | 'close'; readonly verdict: 'closed' };

export type Next = { readonly to: WorkflowState } | { readonly end: Closed };

export function afterReport(
  was: WorkflowState,
  report: Report,
  run: { readonly cancelled: boolean; readonly direct: boolean },
  without: Without,
): Next {
  switch (report.of) {
    case 'claim':
      return afterClaim(was, report, run, without);
    case 'step':
      if (report.verdict === 'done') return { to: { ...was, at: 'commit', fence: report.fence } };
      if (run.cancelled) return { to: { ...was, at: 'close' } };
      return report.verdict === 'gave-up' ? { to: { ...was, at: 'fail' } } : claimAgain(was);
    case 'commit':
      return afterCommit(was, report.verdict, run.cancelled);
    case 'fail':
      return claimAgain(was);
    case 'close':
      return { end: 'CANCELED' };
  }
}

function afterClaim(
  was: WorkflowState,
  report: Extract<Report, { of: 'claim' }>,
  run: { readonly cancelled: boolean; readonly direct: boolean },
  without: Without,
): Next {
  switch (report.verdict) {
    case 'go': {
      const at = run.cancelled ? 'close' : 'step';
      return { to: { ...was, at, incarnation: report.incarnation } };
    }
    case 'completed':
      return { end: 'COMPLETED' };
    case 'failed':
      return { end: 'FAILED' };
    case 'cancelled':
      return run.direct && without.has('DIREND') ? { end: 'COMPLETED' } : { to: { ...was, at: 'close' } };
  }
}

function afterCommit(
  was: WorkflowState,
  verdict: 'committed' | 'closed' | 'superseded',
  cancelled: boolean,
): Next {
  if (verdict === 'committed') return { to: { ...was, at: 'over' } };
  if (verdict === 'closed') return claimAgain(was);
  if (cancelled) return { to: { ...was, at: 'close' } };
  if (was.commits >= commitsPerRun) return { to: { ...was, at: 'fail' } };
  return { to: { ...was, at: 'step', commits: was.commits + 1 } };
}

/** The ledger has closed the run, or has been told to; claim says how. */
function claimAgain(was: WorkflowState): Next {
  if (was.claims >= claimsPerWorkflow) return { end: 'FAILED' };
  return { to: { ...was, at: 'claim', claims: was.claims + 1 } };
}
