import { transitions } from '../../../policy/states.ts';
import { type AnalysisHistory, isClosing } from '../analyses.ts';

/** Every run that anybody was told of, or that the ledger opened, went one legal way to one closed state. */
export function oneFinalState(analysis: AnalysisHistory): readonly string[] {
  return [...unknownRuns(analysis), ...analysis.runs.flatMap((run) => wayOf(analysis, run))];
}

function unknownRuns({ asked, runs }: AnalysisHistory): string[] {
  const known = new Set(runs.map((run) => run.runId));
  const told = asked.flatMap(({ answer }) => answer?.runId ?? []);
  return [...new Set(told)]
    .filter((runId) => !known.has(runId))
    .map((runId) => `run ${runId} was answered with and is not in the ledger`);
}

function wayOf({ events }: AnalysisHistory, run: AnalysisHistory['runs'][number]): string[] {
  const name = `generation ${run.generation}`;
  const steps = events.filter(
    (event) => event.runId === run.runId && event.to !== null && event.from !== event.to,
  );
  const wrong = steps.filter(
    ({ from, to }) => from !== null && to !== null && !transitions[from].includes(to),
  );
  const found = wrong.map(({ from, to }) => `${name} went from ${from} to ${to}`);
  const closed = steps.filter(isClosing);
  if (closed.length > 1) found.push(`${name} was closed ${closed.length} times`);
  if (closed.length === 0) found.push(`${name} is ${run.state} for ever`);
  const last = steps.at(-1)?.to;
  if (last !== run.state) found.push(`${name} is ${run.state}, its last event says ${last}`);
  return found;
}
