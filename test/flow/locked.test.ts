import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Flow, startFlow } from '../support/flow.ts';
import { holdLock } from '../support/hold-lock.ts';

let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  for (const queue of ['control', 'cpu', 'io'] as const) flow.startWorker(queue);
});
afterAll(() => flow?.stop());

/** Longer than a statement waits for a lock. */
const LOCKED_MS = 8_000;

for (const [what, lock] of [
  ['its run is locked', 'select from onceflow.runs where run_id = $1 for update'],
  ['a migration locks the table', 'lock table onceflow.runs in access exclusive mode'],
] as const) {
  test(`a step that finishes while ${what} leaves its output, and is not done again`, async () => {
    const resource = await flow.resource();
    resource.gate('a.hold');
    const { runId } = await resource.submit();
    await eventually('a runs', () => resource.witnessed('a') === 1);
    const begun = await flow.sql(fencesOf, [runId]);
    const held = await holdLock(flow.stack.databaseUrl, LOCKED_MS, lock, lock.includes('$1') ? [runId] : []);
    resource.open('a.hold');
    await eventually('a has ended', () => resource.witnessed('a', 'ended') === 1);
    await held.released;
    await resource.reaches('completed');
    expect(await flow.sql(fencesOf, [runId])).toEqual(begun);
    expect(resource.witnessed('a')).toBe(1);
    const failed = `select step from onceflow.step_attempts where run_id = $1 and state <> 'finished'`;
    expect(await flow.sql(failed, [runId])).toEqual([]);
  });
}

const fencesOf = `select instance, fence from onceflow.step_attempts
                   where run_id = $1 and step = 'once.work' and instance = 'a'`;
