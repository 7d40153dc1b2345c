import { type AnalysisHistory, isDeletion } from '../analyses.ts';

/** Whoever asked for a follow-up and was told of the run that goes on gets one later, however many asked. */
export function followUpsKept({ asked, runs, events }: AnalysisHistory): readonly string[] {
  return asked.flatMap(({ onDuplicate, answer, at }) => {
    if (onDuplicate !== 'coalesce' || answer?.outcome !== 'running') return [];
    const { generation = 0 } = answer;
    const kept =
      runs.some((run) => run.trigger === 'coalesced' && run.generation > generation) ||
      events.some((event) => event.at >= at && (isDeletion(event) || event.type === 'follow-up.answered'));
    return kept ? [] : [`the follow-up asked for during generation ${generation} was lost`];
  });
}
