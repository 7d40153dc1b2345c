import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Onceflow, SubmitOptions } from '../../client/index.ts';
import { OnceflowError } from '../../client/index.ts';
import { builtInKinds } from '../../kinds/registry.ts';
import { createDriver } from './drive.ts';
import { startWorld, type World } from './world.ts';

/**
 * Design, "Admission: one decision": one table, through every entry point of the library. `start` is a new generation;
 * `run` and `result` are those that are there; `conflict` names them.
 */
type Cell = 'start' | 'run' | 'result' | 'conflict';
type Mode = 'default' | 'return' | 'reject' | 'rerun' | 'coalesce';
type Row = Readonly<Record<Mode, Cell>>;

const fresh: Row = { default: 'start', return: 'start', reject: 'start', rerun: 'start', coalesce: 'start' };
const open: Row = { default: 'run', return: 'run', reject: 'conflict', rerun: 'run', coalesce: 'run' };
const kept: Row = {
  default: 'result',
  return: 'result',
  reject: 'conflict',
  rerun: 'start',
  coalesce: 'start',
};
const again: Row = {
  default: 'start',
  return: 'result',
  reject: 'conflict',
  rerun: 'start',
  coalesce: 'start',
};

const table = {
  'no-repeat': {
    nothing: fresh,
    pending: open,
    running: open,
    completed: kept,
    failed: fresh,
    cancelled: fresh,
    'a rerun failed': kept,
    'a rerun was cancelled': kept,
  },
  'allow-rerun': {
    nothing: fresh,
    pending: open,
    running: open,
    completed: again,
    failed: fresh,
    cancelled: fresh,
    'a rerun failed': again,
    'a rerun was cancelled': again,
  },
} as const satisfies Record<string, Record<string, Row>>;
type Before = keyof (typeof table)['no-repeat'];

const entries = ['submit', 'submitMany', 'submitInTransaction'] as const;
type Entry = (typeof entries)[number];

let world: World;
let client: Onceflow;
beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
});
afterAll(() => world.stop());

for (const { kind, policy } of builtInKinds) {
  describe(`${kind} (${policy})`, () => {
    for (const before of Object.keys(table[policy]) as Before[]) {
      for (const mode of Object.keys(fresh) as Mode[]) {
        const cell = (table[policy] as Record<Before, Row>)[before][mode];
        it.each(entries)(`${before}, onDuplicate ${mode}: ${cell} (%s)`, async (entry) => {
          await expectCell(kind, entry, before, mode, cell);
        });
      }
    }
  });
}

async function expectCell(kind: string, entry: Entry, before: Before, mode: Mode, cell: Cell): Promise<void> {
  const resourceId = `${entry}.${before.replaceAll(' ', '-')}.${mode}`;
  const generation = await bring(kind, resourceId, before);
  const asked: SubmitOptions<string> = {
    reason: 'the table says so',
    ...(mode === 'default' ? {} : { onDuplicate: mode }),
  };
  const answer = await through(entry, kind, resourceId, asked).catch((error: unknown) => error);
  if (cell === 'conflict') {
    expect(answer).toBeInstanceOf(OnceflowError);
    expect(answer).toMatchObject({
      code: 'CONFLICT',
      ids: entry === 'submitInTransaction' ? {} : { kind, resourceId },
    });
    return;
  }
  const key = { kind, resourceId, analysis: `${kind}:${resourceId}`, workflowId: `${kind}:${resourceId}` };
  if (cell === 'start') {
    const started = { ...key, outcome: 'started', state: 'pending', generation: generation + 1 };
    expect(answer).toMatchObject({ ...started, why: expect.stringMatching(/./) });
  } else if (cell === 'run') {
    expect(answer).toMatchObject({
      ...key,
      outcome: 'running',
      generation,
      why: expect.stringContaining('generation'),
    });
  } else {
    expect(answer).toMatchObject({
      ...key,
      outcome: 'completed',
      generation: 1,
      why: expect.stringMatching(/./),
    });
    expect(answer).toHaveProperty('result.document', { made: 1 });
  }
  expect((await client.get(answer as never))?.run.generation).toBe(
    cell === 'start' ? generation + 1 : generation,
  );
}

/** Brings the analysis into the state; answers its newest generation. */
async function bring(kind: string, resourceId: string, before: Before): Promise<number> {
  const definition = builtInKinds.find((each) => each.kind === kind);
  if (!definition) throw new Error(`no kind ${kind}`);
  const driver = createDriver(world.ledger, definition);
  await client.resources.put(resourceId, await world.file());
  if (before === 'nothing') return 0;
  await client.submit(kind, resourceId);
  if (before === 'pending') return 1;
  const first = await driver.claim(resourceId, 1);
  if (before === 'running') return 1;
  if (before === 'failed') return driver.fail(first).then(() => 1);
  if (before === 'cancelled') return driver.cancel(first).then(() => 1);
  await driver.complete(first);
  if (before === 'completed') return 1;
  await client.rerun({ kind, resourceId }, { reason: 'to see it fail' });
  const second = await driver.claim(resourceId, 2);
  await (before === 'a rerun failed' ? driver.fail(second) : driver.cancel(second));
  return 2;
}

async function through(entry: Entry, kind: string, resourceId: string, options: SubmitOptions<string>) {
  if (entry === 'submit') return client.submit(kind, resourceId, options);
  if (entry === 'submitMany') {
    const [answer] = await client.submitMany([{ kind, resourceId, ...options }]);
    if (answer?.outcome === 'refused') throw answer.error;
    return answer;
  }
  const caller = await world.caller();
  try {
    await caller.query('begin');
    const answer = await client.submitInTransaction(caller, kind, resourceId, options);
    await caller.query('commit');
    return answer;
  } catch (error) {
    await caller.query('rollback');
    throw error;
  } finally {
    caller.release();
  }
}
