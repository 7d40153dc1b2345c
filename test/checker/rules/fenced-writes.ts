import { type AnalysisHistory, closingOf, isClosing } from '../analyses.ts';
import type { AttemptLine } from '../history.ts';

/**
 * Fences of a step instance grow in the order in which its attempts began. Once a newer attempt was seen at work, no
 * older one leaves an output and no result is committed from it: their rows exclude each other by locks, so the order
 * of these times is the order of the transactions. Nothing is left in a closed run.
 */
export function fencedWrites(analysis: AnalysisHistory): readonly string[] {
  const { attempts, commits } = analysis;
  const seenAt = new Map<number, number>();
  for (const { fence, at } of analysis.computations) if (!seenAt.has(fence)) seenAt.set(fence, at);
  const found: string[] = [];
  const twice = attempts.filter((attempt, index) => attempts[index - 1]?.fence === attempt.fence);
  for (const { fence } of twice) found.push(`fence ${fence} was given out twice`);

  for (const [older, newer] of pairsOf(attempts)) {
    const name = `${older.step}/${older.instance}`;
    const newerAt = seenAt.get(newer.fence) ?? Number.POSITIVE_INFINITY;
    if (newer.startedAt < older.startedAt - lockWaitMs || newerAt < older.startedAt) {
      found.push(`${name}: fence ${newer.fence} began before ${older.fence}`);
    }
    if (older.state === 'finished' && (older.endedAt ?? 0) > newerAt) {
      found.push(`${name}: output of fence ${older.fence} was taken after fence ${newer.fence} was at work`);
    }
    const commit = commits.find((one) => one.fence === older.fence && one.runId === older.runId);
    if (commit && commit.at > newerAt) {
      found.push(`${name}: fence ${older.fence} was committed after fence ${newer.fence} was at work`);
    }
  }
  for (const { fence, runId, state, endedAt, step } of attempts) {
    const closing = closingOf(analysis, runId);
    if (state === 'finished' && closing && (endedAt ?? 0) > closing.at) {
      found.push(`${step}: output of fence ${fence} was taken after its run was ${closing.to}`);
    }
  }
  return [...found, ...refusedWrongly(analysis)];
}

/** What the newest attempt of an instance leaves in a running run, which nobody wants to end, is taken. */
function refusedWrongly(analysis: AnalysisHistory): string[] {
  const { attempts, events, registrations } = analysis;
  return analysis.refused.flatMap(({ what, fence, at }) => {
    const own = attempts.find((attempt) => attempt.fence === fence);
    if (what !== 'finish' || !own) return [];
    const replaced = attempts.some((other) => {
      return instanceOf(other) === instanceOf(own) && other.fence > own.fence && other.startedAt <= at;
    });
    const over = events.some((event) => {
      const ends = isClosing(event) || event.type === 'run.cancel-requested';
      return event.runId === own.runId && ends && event.at <= at;
    });
    const owners = registrations.filter(({ runId }) => runId === own.runId).length;
    const ended = own.state !== 'running' && own.state !== 'finished';
    if (replaced || over || owners > 1 || ended) return [];
    return [`${own.step}: output of fence ${fence} was refused, although nobody had replaced it`];
  });
}

const instanceOf = ({ runId, step, instance }: AttemptLine): string => `${runId}/${step}/${instance}`;

/** A start time is taken before the wait for the row's lock, which ends after 3 s. */
const lockWaitMs = 4_000;

/** Every two attempts of one instance, the older first. */
function* pairsOf(attempts: readonly AttemptLine[]): Generator<readonly [AttemptLine, AttemptLine]> {
  const instances = new Map<string, AttemptLine[]>();
  for (const attempt of attempts) {
    const key = instanceOf(attempt);
    for (const older of instances.get(key) ?? []) yield [older, attempt];
    instances.set(key, [...(instances.get(key) ?? []), attempt]);
  }
}
