import { workflowIdOf } from '../../policy/ids.ts';
import { KeyTakenError } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import type { Answer, LedgerRefusal } from '../ledger.ts';
import type { LedgerPool } from '../pool.ts';
import type { Asked } from './admit.ts';
import { keyNameOf } from './keep-calls.ts';
import { startRuns } from './start-runs.ts';

/** Starts in one transaction: large enough to pay, small enough to hold no lock for long. */
const startsPerTransaction = 100;

type Submitted = Answer | LedgerRefusal;

/**
 * Starts what can be started now, in groups. Of many callers of one analysis in this process one takes its lock; the
 * others wait for it without a connection, are not answered here, and read again: then they find its run.
 */
export function createStarts(
  pool: LedgerPool,
): (asked: readonly Asked[]) => Promise<ReadonlyMap<Asked, Submitted> | 'waited'> {
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
    const free = independent(asked).filter(({ request }) => !underWay.has(workflowIdOf(request)));
    if (free.length === 0 && asked.length > 0) {
      await Promise.allSettled(asked.flatMap(({ request }) => underWay.get(workflowIdOf(request)) ?? []));
      return 'waited';
    }
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

/**
 * No two of one analysis, and no two of one idempotency key: the second is decided when the first has been written, for
 * it may be answered by what the first leaves.
 */
function independent(asked: readonly Asked[]): readonly Asked[] {
  const seen = new Set<string>();
  return asked.filter(({ request }) => {
    const names = [workflowIdOf(request)];
    if (request.idempotencyKey !== undefined) names.push(keyNameOf(request));
    const isFirst = names.every((name) => !seen.has(name));
    for (const name of names) seen.add(name);
    return isFirst;
  });
}

function groupsOf(asked: readonly Asked[]): readonly (readonly Asked[])[] {
  const groups: (readonly Asked[])[] = [];
  for (let at = 0; at < asked.length; at += startsPerTransaction) {
    groups.push(asked.slice(at, at + startsPerTransaction));
  }
  return groups;
}
