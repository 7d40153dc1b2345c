import type { AnalysisHistory, Asked } from '../analyses.ts';
import type { EventLine, RunLine } from '../history.ts';

/** Between a caller's clock and Postgres' on one host. */
const clocksMs = 5;

/**
 * Each generation was opened once, and by something that was asked for: a call opens at most one, a reset one, and a
 * follow-up one. Nothing starts by itself.
 */
export function oneCause(analysis: AnalysisHistory): readonly string[] {
  const { runs, events } = analysis;
  const opened = events.filter((event) => event.from === null && event.to === 'pending');
  const twice = runs.filter((run) => opened.filter((event) => event.runId === run.runId).length !== 1);
  return [
    ...twice.map((run) => `generation ${run.generation} was opened more than once, or never`),
    ...runs
      .filter((run, index) => runs[index - 1]?.generation === run.generation)
      .map((run) => `there are two runs of generation ${run.generation}`),
    ...withoutCall(analysis, opened),
    ...tooMany(analysis),
  ];
}

function withoutCall({ asked, runs }: AnalysisHistory, opened: readonly EventLine[]): string[] {
  const free = new Set(asked.filter((call) => wishOf(call) !== null));
  const byCaller = runs.filter(
    (run) => run.trigger === 'submit' || run.trigger === 'retry' || run.trigger === 'rerun',
  );
  const named = byCaller.filter((run) => {
    const call = [...free].find(({ answer }) => answer?.outcome === 'started' && answer.runId === run.runId);
    if (call) free.delete(call);
    return !call;
  });
  return named.flatMap((run) => {
    const at = opened.find((event) => event.runId === run.runId)?.at ?? run.createdAt;
    // Its answer was lost, with the connection or with the caller.
    const call = [...free].find((one) => mayHaveOpened(one, run, at));
    if (!call) return [`nobody asked for generation ${run.generation} (${run.trigger})`];
    free.delete(call);
    return [];
  });
}

function mayHaveOpened(call: Asked, run: RunLine, at: number): boolean {
  const lost = call.answer === null || call.answer.outcome === 'unknown';
  return lost && wishOf(call) === run.trigger && call.at <= at + clocksMs;
}

function wishOf({ verb, onDuplicate }: Asked): RunLine['trigger'] | null {
  if (verb === 'retry' || verb === 'rerun') return verb;
  if (verb !== 'submit') return null;
  return onDuplicate === 'rerun' ? 'rerun' : 'submit';
}

function tooMany({ asked, runs }: AnalysisHistory): string[] {
  const times = (of: (call: Asked) => boolean) => asked.filter(of).length;
  const resets = times((call) => call.verb === 'reset' && call.answer?.outcome !== 'refused');
  // A reset before the claim leaves what it supersedes as a follow-up.
  const followUps = times((call) => call.onDuplicate === 'coalesce') + resets;
  const directs = times((call) => call.verb === 'direct');
  const most = { reset: resets, coalesced: followUps, direct: directs } as const;
  return Object.entries(most).flatMap(([trigger, causes]) => {
    const made = runs.filter((run) => run.trigger === trigger).length;
    return made > causes ? [`${made} generations by ${trigger}, of ${causes} causes`] : [];
  });
}
