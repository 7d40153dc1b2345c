import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Onceflow } from '../../client/index.ts';
import { profiling } from '../../kinds/profiling/definition.ts';
import { builtInKinds } from '../../kinds/registry.ts';
import { video } from '../../kinds/video/definition.ts';
import { withRaised } from '../support/raised-steps.ts';
import { createDriver, type Driver } from './drive.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let client: Onceflow;
let films: Driver;
let tables: Driver;
beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  films = createDriver(world.ledger, video);
  tables = createDriver(world.ledger, profiling);
});
afterAll(() => world.stop());

let made = 0;
async function put(): Promise<string> {
  made += 1;
  await client.resources.put(`r${made}`, await world.file());
  return `r${made}`;
}

describe('what the client refuses, it refuses with a code and a way out', () => {
  it('a kind that does not exist, with the one that was meant', async () => {
    const submit = client.submit('vidoe', await put());
    await expect(submit).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('did you mean video?'),
      hint: `the kinds are ${builtInKinds.map(({ kind }) => kind).join(', ')}; one of your own is named by --kinds or ONCEFLOW_KINDS`,
    });
  });

  it('params that do not fit the kind', async () => {
    const submit = client.submit('video', await put(), { params: { chunk_s: 0 } });
    await expect(submit).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('chunk_s'),
    });
  });

  it.each([
    ['a resource id', { resourceId: '../etc' }],
    ['a priority', { priority: 9 }],
    ['an onDuplicate', { onDuplicate: 'maybe' }],
    ['an idempotency key', { idempotencyKey: '' }],
  ])('%s of the wrong form', async (_, wrong) => {
    const { resourceId, ...options } = { resourceId: 'fine', ...wrong };
    const submit = client.submit('video', resourceId, options as never);
    await expect(submit).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      hint: expect.stringMatching(/./),
    });
  });

  it('a resource that was never put, and one that was deleted', async () => {
    await expect(client.submit('video', 'never-put')).rejects.toMatchObject({ code: 'RESOURCE_UNKNOWN' });
    const resourceId = await put();
    expect(await client.resources.delete(resourceId)).toEqual({ deleted: true });
    await expect(client.submit('video', resourceId)).rejects.toMatchObject({ code: 'RESOURCE_DELETED' });
    expect((await client.resources.get(resourceId))?.deletedAt).toBeInstanceOf(Date);
  });

  it('what the role does not allow, and a second run of a film without a reason', async () => {
    const reader = await world.connect({ role: 'reader' });
    const submitter = await world.connect({ role: 'submitter' });
    const resourceId = await put();
    await expect(reader.submit('video', resourceId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(reader.resources.delete(resourceId)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await client.submit('video', resourceId);
    await films.complete(await films.claim(resourceId, 1));
    const ref = { kind: 'video', resourceId };
    await expect(submitter.rerun(ref, { reason: 'why not' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(client.rerun(ref)).rejects.toMatchObject({ code: 'REASON_REQUIRED' });
    await expect(submitter.reset(ref)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(client.reset(ref)).rejects.toMatchObject({ code: 'REASON_REQUIRED' });
  });

  it('what was never submitted', async () => {
    const ref = { kind: 'video', resourceId: await put() };
    expect(await client.get(ref)).toBeNull();
    await expect(client.result(ref)).rejects.toMatchObject({ code: 'NEVER_SUBMITTED' });
    await expect(client.cancel(ref)).rejects.toMatchObject({ code: 'NEVER_SUBMITTED' });
    await expect(client.runs({ runId: randomUUID() })).rejects.toMatchObject({ code: 'NEVER_SUBMITTED' });
    await expect(client.get({ workflowId: 'video' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('what is no reference, no filter and no path, from a program without types', async () => {
    const loose = client as unknown as Record<'get' | 'list' | 'clean', (given: unknown) => Promise<unknown>>;
    const wrong = { code: 'INVALID_ARGUMENT' };
    for (const ref of ['video:film-1', undefined, null, {}]) {
      await expect(loose.get(ref)).rejects.toMatchObject(wrong);
    }
    for (const filter of [{ limit: 'ten' }, { state: 'asleep' }]) {
      await expect(loose.list(filter)).rejects.toMatchObject(wrong);
    }
    await expect(loose.clean({ store: 'artefacts' })).rejects.toMatchObject(wrong);
  });

  it('a call of a client that was closed', async () => {
    const closed = await world.connect();
    await closed.close();
    await expect(closed.list()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(closed.submit('video', 'film-1', { source: await world.file() })).rejects.toMatchObject({
      code: 'CLOSED',
    });
  });

  it('a reset of what no worker has taken up', async () => {
    const answer = await client.submit('video', await put());
    await expect(client.reset(answer, { reason: 'again' })).rejects.toMatchObject({
      code: 'RESET_IMPOSSIBLE',
    });
  });

  it('a reset of a run whose history Temporal does not have, with the hint to rerun', async () => {
    const answer = await client.submit('video', await put());
    await films.complete(await films.claim(answer.resourceId, 1));
    const reset = client.reset(answer, { reason: 'again' });
    await expect(reset).rejects.toMatchObject({ code: 'RESET_IMPOSSIBLE', hint: 'rerun it instead' });
  });
});

describe('submit', () => {
  it('puts the resource with it, and what it answers is known to every read at once', async () => {
    const answer = await client.submit('profiling', 'with-source', { source: await world.file() });
    expect(answer).toMatchObject({ outcome: 'started', state: 'pending', generation: 1 });
    for (const ref of [answer, { workflowId: answer.workflowId }, { runId: answer.runId }]) {
      expect((await client.get(ref))?.run.runId).toBe(answer.runId);
      expect(await client.runs(ref)).toHaveLength(1);
    }
  });

  it('with the same key gives the first answer again', async () => {
    const resourceId = await put();
    const idempotencyKey = randomUUID();
    const first = await client.submit('profiling', resourceId, { idempotencyKey });
    await tables.complete(await tables.claim(resourceId, 1));
    const second = await client.submit('profiling', resourceId, { idempotencyKey });
    expect(second).toMatchObject({ runId: first.runId, generation: 1 });
    expect(await client.runs(first)).toHaveLength(1);
  });

  it('says that a result is stale when the bytes have changed since', async () => {
    const path = await world.file();
    const answer = await client.submit('video', 'stale', { source: path });
    await films.complete(await films.claim('stale', 1), { made: 1 }, `1:1:1`);
    await writeFile(path, 'something else altogether');
    const again = await client.submit('video', 'stale');
    expect(again).toMatchObject({ outcome: 'completed', runId: answer.runId, stale: ['content changed'] });
  });

  it('says at every entry which steps have another version than a result was made with', async () => {
    const [raised] = withRaised([video], ['video.result']) as [typeof video];
    const later = createDriver(world.ledger, raised);
    const source = await world.file();
    const key = await client.submit('video', 'made-later', { source });
    await later.complete(await later.claim('made-later', 1));
    const stale = ['step version changed: video.result'];
    expect((await client.get(key))?.result?.stale).toEqual(stale);
    expect((await client.result(key)).stale).toEqual(stale);
    const { items } = await client.list({ resourceId: 'made-later' });
    expect(items.map((view) => view.result?.stale)).toEqual([stale]);
    expect(await client.submit('video', 'made-later')).toMatchObject({ stale, result: { stale } });
  });

  it('a retry and a rerun go with the params that the run had, unless others are given', async () => {
    const answer = await client.submit('video', await put(), { params: { chunk_s: 7 } });
    await films.fail(await films.claim(answer.resourceId, 1));
    await client.retry(answer);
    await films.complete(await films.claim(answer.resourceId, 2));
    await client.rerun(answer, { reason: 'again' });
    await films.complete(await films.claim(answer.resourceId, 3));
    await client.rerun(answer, { reason: 'in longer pieces', params: { chunk_s: 9 } });
    const runs = await client.runs({ kind: 'video', resourceId: answer.resourceId });
    expect(runs.map(({ params }) => params['chunk_s'])).toEqual([9, 7, 7, 7]);
  });

  it('a rerun of a run that is named goes with its params, not with those of the newest', async () => {
    const first = await client.submit('video', await put(), { params: { chunk_s: 7 } });
    await films.complete(await films.claim(first.resourceId, 1));
    const second = await client.rerun(first, { reason: 'longer', params: { chunk_s: 9 } });
    await films.complete(await films.claim(first.resourceId, 2));
    await client.rerun({ runId: first.runId }, { reason: 'as it was' });
    await films.complete(await films.claim(first.resourceId, 3));
    await client.rerun({ workflowId: second.workflowId }, { reason: 'as the newest' });
    const runs = await client.runs(first);
    expect(runs.map(({ params }) => params['chunk_s'])).toEqual([7, 7, 9, 7]);
    await expect(client.rerun({ ...first, generation: 9 })).rejects.toMatchObject({
      code: 'NEVER_SUBMITTED',
    });
  });

  it('remembers every call that started nothing: who, when, which answer', async () => {
    const answer = await client.submit('video', await put());
    await client.submit('video', answer.resourceId, { requestedBy: 'somebody' });
    const [duplicate] = await client.duplicates(answer);
    expect(duplicate).toMatchObject({ requestedBy: 'somebody', outcome: 'running', generation: 1 });
    expect(duplicate?.at).toBeInstanceOf(Date);
  });

  it('of many answers in the order asked, and a refused one holds up nobody', async () => {
    const [one, other] = [await put(), await put()];
    const answers = await client.submitMany([
      { kind: 'video', resourceId: one },
      { kind: 'video', resourceId: 'never-put' },
      { kind: 'profiling', resourceId: other },
      { kind: 'video', resourceId: one },
    ]);
    expect(answers.map((answer) => answer.outcome)).toEqual(['started', 'refused', 'started', 'running']);
    expect(answers[1]).toMatchObject({ error: { code: 'RESOURCE_UNKNOWN' } });
    expect(await client.submitMany([])).toEqual([]);
  });

  it('in a transaction that is rolled back never was', async () => {
    const resourceId = await put();
    const caller = await world.caller();
    await caller.query('begin');
    expect((await client.submitInTransaction(caller, 'video', resourceId)).outcome).toBe('started');
    expect(await client.get({ kind: 'video', resourceId })).toBeNull();
    await caller.query('rollback');
    caller.release();
    expect(await client.get({ kind: 'video', resourceId })).toBeNull();
  });
});
