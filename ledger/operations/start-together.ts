import { workflowIdOf } from '../../policy/ids.ts';
import { KeyTakenError } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import type { Answer, LedgerRefusal } from '../ledger.ts';
import type { LedgerPool } from '../pool.ts';
import type { Asked } from './admit.ts';
import { startRuns } from './start-runs.ts';

/** Starts in one transaction: large enough to pay, small enough to hold no lock for long. */
const startsPerTransaction = 100;

type Submitted = Answer | LedgerRefusal;

/**
 * Starts what can be started now, in groups. Of many callers of one analysis in this process one takes its lock; the
 * others wait for it without a connection, are not answered here, and read again: then they find its run.
 */
export function createStarts(pool: LedgerPool): (asked: readonly Asked[]) => Promise<Map<Asked, Submitted>> {
  const underWay = new Map<string, Promise<unknown>>();

  async function startGroup(group: readonly Asked[]): Promise<readonly Submitted[]> {
    const keys = group.map(({ request }) => workflowIdOf(request));
    const started = startInTransaction(pool, group, keys[0] ?? '');
    for (const key of keys) underWay.set(key, started);
    try {
      return await started;
    } catch (error) {
      // The calls are read again, and find the answer that the key has by then.
      if (error instanceof KeyTakenError) return [];
      throw error;
    } finally {
      for (const key of keys) underWay.delete(key);
    }
  }

  return async (asked) => {
    const answers = new Map<Asked, Submitted>();
    const free = firstOfEachAnalysis(asked).filter(({ request }) => !underWay.has(workflowIdOf(request)));
    if (free.length === 0)
      await Promise.allSettled(asked.flatMap(({ request }) => underWay.get(workflowIdOf(request)) ?? []));
    for (const group of groupsOf(free)) {
      const started = await startGroup(group);
      started.forEach((answer, index) => answers.set(group[index] as Asked, answer));
    }
    return answers;
  };
}

async function startInTransaction(
  pool: LedgerPool,
  group: readonly Asked[],
  workflowId: string,
): Promise<readonly Submitted[]> {
  const answers = await pool.transaction(async (tx) => {
    const written = await startRuns(tx, group);
    await faultPoint('submit: before commit', workflowId);
    return written;
  });
  await faultPoint('submit: after commit, before dispatch', workflowId);
  return answers;
}

/** Two requests for one analysis in one call: the second is decided when the first has been written. */
function firstOfEachAnalysis(asked: readonly Asked[]): readonly Asked[] {
  const seen = new Set<string>();
  return asked.filter(({ request }) => {
    const key = workflowIdOf(request);
    return !seen.has(key) && seen.add(key);
  });
}

function groupsOf(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const groups: (readonly Asked[])[] = [];
  for (let at = 0; at < asked.length; at += startsPerTransaction) {
    groups.push(asked.slice(at, at + startsPerTransaction));
  }
  return groups;
}
