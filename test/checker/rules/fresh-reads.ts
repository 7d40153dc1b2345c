import type { RunState } from '../../../policy/states.ts';
import { type AnalysisHistory, type Asked, isDeletion } from '../analyses.ts';
import { visibleBy } from '../timeline.ts';

/**
 * No read is older than what anybody had been told before it began, or than what had been committed: not the newest
 * generation, not its state, not the result that stands (which only a deletion takes away). After the first submit was
 * answered no read says "unknown".
 */
export function freshReads(analysis: AnalysisHistory): readonly string[] {
  const known = knowledgeOf(analysis);
  return analysis.asked.flatMap((call) => {
    const { answer } = call;
    if (call.verb !== 'get' || answer === null || answer.outcome === 'unknown') return [];
    const before = known.filter((fact) => fact.at < call.at);
    if (before.length === 0) return [];
    if (answer.generation === undefined) return ['a read said "unknown" of what had been submitted'];
    return [...olderState(answer, before), ...lostResult(analysis, call, before)];
  });
}

/** What is certain from this time on: the run has come at least so far, this result stands. */
interface Fact {
  readonly at: number;
  readonly generation: number;
  readonly rank: number;
  readonly result: number | null;
}

const rankOf = (state: RunState | null | undefined): number =>
  state === 'running' ? 1 : state === 'pending' || !state ? 0 : 2;

function knowledgeOf({ asked, events }: AnalysisHistory): readonly Fact[] {
  const told = asked.flatMap(({ answer, verb }): Fact[] => {
    const none = answer === null || answer.outcome === 'unknown' || answer.outcome === 'refused';
    if (none || answer.generation === undefined || verb === 'delete') return [];
    const { at, generation, result = null } = answer;
    if (answer.outcome === 'completed') return [{ at, generation, rank: 2, result: generation }];
    return [{ at, generation, rank: rankOf(answer.state), result }];
  });
  const committed = events.flatMap((event): Fact[] => {
    if (event.generation === null || event.to === null || event.committedAt === null) return [];
    const { generation, to } = event;
    const result = to === 'completed' ? generation : null;
    return [{ at: visibleBy(event), generation, rank: rankOf(to), result }];
  });
  return [...told, ...committed];
}

function olderState(answer: NonNullable<Asked['answer']>, before: readonly Fact[]): string[] {
  const generation = answer.generation ?? 0;
  const rank = rankOf(answer.state);
  const newer = before.find(
    (fact) => fact.generation > generation || (fact.generation === generation && fact.rank > rank),
  );
  if (!newer) return [];
  const words = ['pending', 'running', 'closed'] as const;
  return [
    `a read showed generation ${generation} ${answer.state}; before it generation ${newer.generation} was ${words[newer.rank as 0 | 1 | 2]}`,
  ];
}

function lostResult({ events, commits }: AnalysisHistory, call: Asked, before: readonly Fact[]): string[] {
  const shown = call.answer?.result ?? 0;
  const newest = before.reduce((most, fact) => Math.max(most, fact.result ?? 0), 0);
  if (shown >= newest) return [];
  const committedAt = commits.find((commit) => commit.generation === newest)?.at ?? 0;
  const end = call.answer?.at ?? call.at;
  const deleted = events.some((event) => isDeletion(event) && event.at >= committedAt && event.at <= end);
  if (deleted) return [];
  return [
    `a read showed ${shown === 0 ? 'no result' : `result ${shown}`}; before it the result of generation ${newest} stood`,
  ];
}
