import { type AnalysisHistory, closingOf } from '../analyses.ts';

/**
 * Once a no-repeat analysis has a result, nothing opens a generation of it without authority (of the same incarnation
 * of its resource); and whatever was computed was computed under a fence, which no closed run gives out.
 */
export function finishedOnce(analysis: AnalysisHistory): readonly string[] {
  const { runs, commits, attempts, computations, asked } = analysis;
  const found: string[] = [];
  for (const run of runs) {
    if (run.policy !== 'no-repeat') continue;
    const standing = commits.find((commit) => {
      return commit.incarnation === run.incarnation && commit.generation < run.generation;
    });
    if (!standing) continue;
    const name = `generation ${run.generation} (${run.trigger}) after the result of generation ${standing.generation}`;
    if (!run.authorised) found.push(`${name} has no authority`);
    else if (!authorities.some((may) => asked.some(may))) found.push(`${name}: nobody with authority asked`);
  }
  for (const { fence, step } of computations) {
    const attempt = attempts.find((one) => one.fence === fence);
    if (!attempt) found.push(`${step} was computed under fence ${fence}, which the ledger never gave out`);
  }
  for (const { fence, step, runId, startedAt } of attempts) {
    const closing = closingOf(analysis, runId);
    // Begin and close exclude each other by the run's row: a later start saw a closed run.
    if (closing && startedAt > closing.at)
      found.push(`${step} began (fence ${fence}) after its run was ${closing.to}`);
  }
  return found;
}

const authorities: readonly ((call: AnalysisHistory['asked'][number]) => boolean)[] = [
  (call) => call.verb === 'reset',
  (call) =>
    call.authority === true &&
    (call.verb === 'rerun' || call.onDuplicate === 'rerun' || call.onDuplicate === 'coalesce'),
];
