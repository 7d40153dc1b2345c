import { workflowIdOf } from '../../policy/ids.ts';
import { errorOfOneRequest, KeyTakenError } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import type { Answer, LedgerRefusal } from '../ledger.ts';
import { type LedgerPool, transactionTries } from '../pool.ts';
import { type Asked, refusedBy } from './admit.ts';
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

  async function underLocks(group: readonly Asked[], mostTries: number): Promise<readonly Submitted[]> {
    const keys = group.map(({ request }) => workflowIdOf(request));
    const started = startInTransaction(pool, group, keys[0] ?? '', mostTries);
    for (const key of keys) underWay.set(key, started);
    try {
      return await started;
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
      const mostTries = group.length > 1 ? transactionTries - 1 : transactionTries;
      for (const [one, answer] of await startGroup(underLocks, group, mostTries)) answers.set(one, answer);
    }
    return answers;
  };
}

/** Of a group that ends with the error of one request the others still start. */
async function startGroup(
  underLocks: (group: readonly Asked[], mostTries: number) => Promise<readonly Submitted[]>,
  group: readonly Asked[],
  mostTries: number,
): Promise<readonly (readonly [Asked, Submitted])[]> {
  try {
    const started = await underLocks(group, mostTries);
    return started.map((answer, index) => [group[index] as Asked, answer]);
  } catch (error) {
    // The calls are read again, and find the answer that the key has by then.
    if (error instanceof KeyTakenError) return [];
    const own = errorOfOneRequest(error);
    if (own === null) throw error;
    if (group.length === 1) return group.map((one) => [one, refusedBy(one, own)]);
    const answers: (readonly [Asked, Submitted])[] = [];
    // Whose it is shows when each is tried alone, with the one try that the group left of a transaction's.
    for (const one of group) answers.push(...(await startGroup(underLocks, [one], 1)));
    return answers;
  }
}

async function startInTransaction(
  pool: LedgerPool,
  group: readonly Asked[],
  workflowId: string,
  mostTries: number,
): Promise<readonly Submitted[]> {
  const answers = await pool.transaction(async (tx) => {
    const written = await startRuns(tx, group);
    await faultPoint('submit: before commit', workflowId);
    return written;
  }, mostTries);
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
