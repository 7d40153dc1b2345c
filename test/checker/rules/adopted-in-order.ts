import { type AnalysisHistory, isDeletion } from '../analyses.ts';

/**
 * Temporal runs become owners of generations in the order in which resets made them, each of a newer generation; and a
 * reset's run is turned away only for a resource that was deleted.
 */
export function adoptedInOrder({ registrations, runs, asked, events }: AnalysisHistory): readonly string[] {
  const found: string[] = [];
  const generationOf = new Map(runs.map((run) => [run.runId, run.generation]));
  const made = asked.flatMap(({ verb, answer }) => (verb === 'reset' ? (answer?.temporalRunId ?? []) : []));
  let newest = 0;
  let newestReset = -1;
  for (const { temporalRunId, runId } of registrations) {
    const generation = runId === null ? undefined : generationOf.get(runId);
    if (generation === undefined) {
      const wrongly = made.includes(temporalRunId) && !events.some(isDeletion);
      if (wrongly) found.push(`the run ${temporalRunId} of a reset was turned away`);
      continue;
    }
    if (generation < newest)
      found.push(`generation ${generation} got the run ${temporalRunId} after generation ${newest} had one`);
    newest = Math.max(newest, generation);
    const reset = made.indexOf(temporalRunId);
    if (reset >= 0 && reset < newestReset)
      found.push(`the run ${temporalRunId} was adopted after that of a later reset`);
    newestReset = Math.max(newestReset, reset);
  }
  return found;
}
