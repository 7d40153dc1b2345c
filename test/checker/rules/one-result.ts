import type { AnalysisHistory } from '../analyses.ts';

/** A generation has a result exactly when it completed, one, and everybody who was shown it was shown the same. */
export function oneResult({ runs, commits, attempts, asked }: AnalysisHistory): readonly string[] {
  const found: string[] = [];
  for (const run of runs) {
    const made = commits.filter((commit) => commit.generation === run.generation).length;
    const due = run.state === 'completed' ? 1 : 0;
    if (made !== due) found.push(`generation ${run.generation} is ${run.state} and has ${made} results`);
  }
  for (const commit of commits) {
    const name = `the result of generation ${commit.generation}`;
    if (!runs.some((run) => run.runId === commit.runId)) found.push(`${name} belongs to no run`);
    const made = attempts.find((attempt) => attempt.fence === commit.fence);
    if (made?.state !== 'finished')
      found.push(`${name} comes from an attempt that is ${made?.state ?? 'unknown'}`);
  }
  for (const { answer } of asked) {
    if (answer?.resultFence === undefined || typeof answer.result !== 'number') continue;
    const commit = commits.find((one) => one.generation === answer.result);
    if (commit?.fence === answer.resultFence) continue;
    found.push(
      `the result of generation ${answer.result} was shown with fence ${answer.resultFence}, committed with ${commit?.fence}`,
    );
  }
  return found;
}
