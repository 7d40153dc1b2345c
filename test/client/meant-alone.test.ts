import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Onceflow } from '../../client/index.ts';
import { video } from '../../kinds/video/definition.ts';
import { startProxy } from '../support/proxy.ts';
import { createDriver, type Driver } from './drive.ts';
import { startWorld, type World } from './world.ts';

/** A call means what there was when it was made: not what came into its place while it waited or was repeated. */
let world: World;
let client: Onceflow;
let films: Driver;
beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  films = createDriver(world.ledger, video);
});
afterAll(() => world.stop());

/**
 * Calls with a client whose connection breaks after the commit of a transaction that said `asked`; what happens
 * `meanwhile` is done before it has another one.
 */
async function withLostAnswer<Value>(
  asked: RegExp,
  call: (unlucky: Onceflow) => Promise<Value>,
  meanwhile: () => Promise<unknown> = async () => {},
  answered = /COMMIT\0/,
): Promise<Value> {
  const proxy = await startProxy(Number(new URL(world.stack.databaseUrl).port));
  try {
    const unlucky = await world.connect({ databaseUrl: proxy.through(world.stack.databaseUrl) });
    const lost = proxy.loseAnswer(asked, answered).then(() => proxy.shut());
    const answer = call(unlucky);
    await lost.then(meanwhile);
    proxy.resume();
    return await answer;
  } finally {
    await proxy.close();
  }
}

async function withFollowUp(resourceId: string): Promise<Answer> {
  const first = await client.submit('video', resourceId, { source: await world.file() });
  await client.submit('video', resourceId, { onDuplicate: 'coalesce', reason: 'once more' });
  return first;
}

const statesOf = async (answer: Answer) =>
  (await client.runs(answer)).map((run) => `${run.generation} ${run.state}`);

/** Holds the analysis until so many wait for it, in the order in which they came. */
async function holdAnalysis(resourceId: string) {
  const holder = await world.caller();
  await holder.query('begin');
  await holder.query('select 1 from onceflow.analyses where resource_id = $1 for no key update', [
    resourceId,
  ]);
  const looker = await world.caller();
  const waiting = async () => {
    const { rows } = await looker.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'onceflow' and wait_event_type = 'Lock'`,
    );
    return rows.length;
  };
  return {
    untilWaiting: (many: number) => expect.poll(waiting).toBe(many),
    async release() {
      await holder.query('commit');
      holder.release();
      looker.release();
    },
  };
}

describe('cancel', () => {
  it.each(['of a generation', 'of the newest run'] as const)(
    '%s, repeated because its answer was lost, leaves the follow-up that it let start',
    async (which) => {
      const reason = `lost ${which.length}`;
      const first = await withFollowUp(`lost-${which.length}`);
      const ref = which === 'of a generation' ? first : { workflowId: first.workflowId };
      const answer = await withLostAnswer(new RegExp(reason), (unlucky) => unlucky.cancel(ref, { reason }));
      expect(answer).toMatchObject({ requested: true, run: { generation: 1, state: 'cancelled' } });
      expect(await statesOf(first)).toEqual(['2 pending', '1 cancelled']);
    },
  );

  it.each(['of a generation', 'of the newest run'] as const)(
    '%s that waits for its commit leaves the follow-up that the commit starts',
    async (which) => {
      const resourceId = `waits-${which.length}`;
      const first = await withFollowUp(resourceId);
      const driven = await films.claim(resourceId, 1);
      const commit = await films.readyToCommit(driven);
      const held = await holdAnalysis(resourceId);
      const committed = commit();
      await held.untilWaiting(1);
      const cancelled = client.cancel(which === 'of a generation' ? first : { workflowId: first.workflowId });
      await held.untilWaiting(2);
      await held.release();
      await committed;
      expect(await cancelled).toMatchObject({ requested: false, run: { generation: 1, state: 'completed' } });
      expect(await statesOf(first)).toEqual(['2 pending', '1 completed']);
    },
  );

  it('of a run that a reset replaces meanwhile reaches the one in its place', async () => {
    const first = await client.submit('video', 'replaced', { source: await world.file() });
    const { run } = await films.claim('replaced', 1);
    const held = await holdAnalysis('replaced');
    const adopted = world.ledger.claim({
      ...{ kind: 'video', resourceId: 'replaced', policy: video.policy, analyserVersion: video.version },
      run: { ...run, temporalRunId: randomUUID(), fromReset: true },
      described: { registeredBefore: 1, openAndCurrent: true },
    });
    await held.untilWaiting(1);
    const cancelled = client.cancel(first);
    await held.untilWaiting(2);
    await held.release();
    expect(await adopted).toMatchObject({ verdict: 'go', generation: 2 });
    expect(await cancelled).toMatchObject({ requested: true, run: { generation: 2, cancelRequested: true } });
  });
});

describe('deleting a resource', () => {
  const deletion = /delete from onceflow.resources/;

  it('repeated because its answer was lost, says that it did', async () => {
    await client.resources.put('gone', await world.file());
    expect(await withLostAnswer(deletion, (unlucky) => unlucky.resources.delete('gone'))).toEqual({
      deleted: true,
    });
    expect(await client.resources.delete('gone')).toEqual({ deleted: false });
  });

  it('repeated because its answer was lost, leaves what was put again meanwhile', async () => {
    const source = await world.file();
    await client.resources.put('back', source);
    const answer = await withLostAnswer(
      deletion,
      (unlucky) => unlucky.resources.delete('back'),
      () => client.resources.put('back', source),
    );
    expect(answer).toEqual({ deleted: true });
    expect(await client.resources.get('back')).toMatchObject({ incarnation: 2, deletedAt: null });
  });
});

describe('putting a resource', () => {
  const putting = /insert into onceflow.resources/;
  const pathOf = async (resourceId: string) => (await client.resources.get(resourceId))?.source;

  it.each(['put before', 'new'] as const)(
    '%s, repeated because its answer was lost, leaves what was put meanwhile',
    async (which) => {
      const resourceId = `put-${which.length}`;
      if (which === 'put before') await client.resources.put(resourceId, '/films/first');
      const answer = await withLostAnswer(
        putting,
        (unlucky) => unlucky.resources.put(resourceId, '/films/mine'),
        () => client.resources.put(resourceId, '/films/theirs'),
        /SELECT 1\0/,
      );
      expect(answer).toEqual({ incarnation: 1 });
      expect(await pathOf(resourceId)).toEqual({ type: 'file', path: '/films/theirs' });
    },
  );

  it('repeated because its answer was lost, does not bring back what was deleted meanwhile', async () => {
    await withLostAnswer(
      putting,
      (unlucky) => unlucky.resources.put('put-gone', '/films/mine'),
      () => client.resources.delete('put-gone'),
      /SELECT 1\0/,
    );
    expect(await client.resources.get('put-gone')).toMatchObject({
      incarnation: 1,
      deletedAt: expect.any(Date),
    });
  });

  it('that was lost before it was done is done by its repetition', async () => {
    const proxy = await startProxy(Number(new URL(world.stack.databaseUrl).port));
    try {
      const unlucky = await world.connect({ databaseUrl: proxy.through(world.stack.databaseUrl) });
      await unlucky.resources.put('put-late', '/films/first');
      proxy.shut();
      const put = unlucky.resources.put('put-late', '/films/second');
      proxy.resume();
      expect(await put).toEqual({ incarnation: 1 });
      expect(await pathOf('put-late')).toEqual({ type: 'file', path: '/films/second' });
    } finally {
      await proxy.close();
    }
  });
});
