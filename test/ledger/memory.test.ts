import { expect, test } from 'vitest';
import type { FinishRequest, TemporalRun } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { claimed, commitOf, complete, fenceOf, freshId, operator, request, submit } from './verbs.ts';

/** Step memory, what results were computed with, and GPU-seconds, as the ledger keeps them. */
const db = withLedger();
const kind = 'profiling';
const key = (resourceId: string) => ({ kind, resourceId });

async function started(resourceId: string, changed: Parameters<typeof submit>[2] = {}): Promise<TemporalRun> {
  return claimed(db.ledger, await submit(db.ledger, resourceId, { kind, ...changed }));
}

function outputOf(run: TemporalRun, fence: number, changed: Partial<FinishRequest> = {}): FinishRequest {
  return {
    fence,
    temporalRunId: run.temporalRunId,
    value: null,
    document: { ok: 1 },
    artefacts: [],
    pin: null,
    memoryKey: null,
    rememberedFrom: null,
    computedWith: { version: 1, models: [] },
    ...changed,
  };
}

test('an output is remembered for its owner alone', async () => {
  const id = freshId();
  const run = await started(id);
  const fence = await fenceOf(db.ledger, run);
  await db.ledger.finish(outputOf(run, fence, { memoryKey: `k-${id}` }));
  expect(await db.ledger.remember(`k-${id}`, 'lab')).toMatchObject({ fence, rememberedFrom: null });
  expect(await db.ledger.remember(`k-${id}`, 'another lab')).toBeNull();
});

test('an output that was taken over names who computed it, also when it is taken over again', async () => {
  const [first, second] = [freshId(), freshId()];
  const memoryKey = `k-${first}`;
  const run = await started(first);
  const fence = await fenceOf(db.ledger, run);
  await db.ledger.finish(outputOf(run, fence, { memoryKey }));
  const other = await started(second);
  const taken = await fenceOf(db.ledger, other);
  expect(await db.ledger.finish(outputOf(other, taken, { memoryKey, rememberedFrom: fence }))).toBe(true);
  expect(await db.ledger.attemptOutput(taken)).toMatchObject({
    remembered: true,
    rememberedFrom: { resourceId: first, generation: 1 },
  });
  expect(await db.ledger.remember(memoryKey, 'lab')).toMatchObject({ fence });
});

test('an output that memory has forgotten meanwhile is refused, and so is another than memory has', async () => {
  const id = freshId();
  const memoryKey = `k-${id}`;
  const run = await started(id);
  const fence = await fenceOf(db.ledger, run);
  await db.ledger.finish(outputOf(run, fence, { memoryKey }));
  const other = freshId();
  const taker = await started(other);
  const taken = await fenceOf(db.ledger, taker);
  expect(await db.ledger.finish(outputOf(taker, taken, { memoryKey, rememberedFrom: fence + 1 }))).toBe(
    false,
  );
  await db.sql('delete from onceflow.step_memory where memory_key = $1', [memoryKey]);
  expect(await db.ledger.finish(outputOf(taker, taken, { memoryKey, rememberedFrom: fence }))).toBe(false);
  expect((await db.ledger.refusedWrites(key(other)))[0]?.why).toBe('step memory has forgotten it');
  expect(await db.ledger.finish(outputOf(taker, taken, { memoryKey }))).toBe(true);
});

test('a result records versions and models of its steps, and a submit says which changed', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const parts: number[] = [];
  for (const [instance, version] of [
    ['one', 1],
    ['two', 2],
  ] as const) {
    const fence = await fenceOf(db.ledger, run, { step: 'video.chunk', instance });
    await db.ledger.finish(outputOf(run, fence, { computedWith: { version, models: ['m@1'] } }));
    parts.push(fence);
  }
  const result = await fenceOf(db.ledger, run);
  await db.ledger.finish(outputOf(run, result));
  await db.ledger.commit(commitOf(run, result, { fences: parts }));
  const madeWith = {
    steps: { 'video.chunk': [1, 2], 'video.join': [1] },
    models: { 'video.chunk': ['m@1'], 'video.join': [] },
  };
  expect((await db.ledger.getResult({ kind: 'video', resourceId: id }))?.madeWith).toEqual(madeWith);
  const now = {
    steps: { 'video.chunk': [2], 'video.join': [1] },
    models: { ...madeWith.models, 'video.chunk': ['m@2'] },
  };
  const answer = await submit(db.ledger, id, { computedWith: now });
  expect(answer.stale).toEqual(['step version changed: video.chunk', 'model changed: video.chunk']);
  expect(await submit(db.ledger, id, { computedWith: madeWith })).not.toHaveProperty('stale');
});

test('a result is stale when the newest run was asked for with other params and left none', async () => {
  const id = freshId();
  await complete(db.ledger, await started(id));
  await submit(db.ledger, id, { kind, params: { header: 'none' } });
  expect((await db.ledger.get(key(id)))?.result?.stale).toEqual(['params changed']);
});

/** Makes the attempt one of so many seconds. */
async function lasting(fence: number, seconds: number): Promise<void> {
  await db.sql(
    `update onceflow.step_attempts set started_at = ended_at - $2::float8 * interval '1 second' where fence = $1`,
    [fence, seconds],
  );
}

test('GPU-seconds count every attempt on the gpu queue, what memory gave, and each submit that started nothing', async () => {
  const [first, second] = [freshId(), freshId()];
  const onGpu = { step: 'video.chunk', queue: 'gpu' };
  const answer = await submit(db.ledger, first);
  const run = await claimed(db.ledger, answer);
  const failed = await fenceOf(db.ledger, run, onGpu);
  await db.ledger.failAttempt(failed, { code: 'X', message: 'x', hint: 'x', retry: 'backoff' });
  await lasting(failed, 4);
  const fence = await fenceOf(db.ledger, run, onGpu);
  await db.ledger.finish(outputOf(run, fence, { memoryKey: `k-${first}` }));
  await lasting(fence, 6);
  await submit(db.ledger, first);
  const byCpu = await fenceOf(db.ledger, run);
  await db.ledger.finish(outputOf(run, byCpu));
  await lasting(byCpu, 100);
  await db.ledger.commit(commitOf(run, byCpu, { fences: [fence] }));
  await submit(db.ledger, first);
  const other = await submit(db.ledger, second);
  const taker = await claimed(db.ledger, other);
  const taken = await fenceOf(db.ledger, taker, onGpu);
  await db.ledger.finish(outputOf(taker, taken, { memoryKey: `k-${first}`, rememberedFrom: fence }));
  await lasting(taken, 0);
  expect(await db.ledger.gpuSeconds([other.runId, answer.runId])).toEqual([
    { used: 0, savedByMemory: 6, savedByDuplicates: 0 },
    { used: 10, savedByMemory: 0, savedByDuplicates: 20 },
  ]);
});

test('callers who ask for a follow-up together get one run: one of them has saved nothing', async () => {
  const id = freshId();
  const answer = await submit(db.ledger, id);
  const run = await claimed(db.ledger, answer);
  const fence = await fenceOf(db.ledger, run, { queue: 'gpu' });
  const again = { onDuplicate: 'coalesce', reason: 'a new model', requestedBy: operator } as const;
  for (let asked = 0; asked < 3; asked += 1) await db.ledger.submit([request(id, again)]);
  await db.ledger.finish(outputOf(run, fence));
  await lasting(fence, 5);
  await db.ledger.commit(commitOf(run, fence));
  expect(await db.ledger.gpuSeconds([answer.runId])).toEqual([
    { used: 5, savedByMemory: 0, savedByDuplicates: 10 },
  ]);
});
