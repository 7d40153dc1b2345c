import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../client/index.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** Sees to it that a submit of this analysis waits for a lock, until `release`. */
async function holdResource(
  resourceId: string,
): Promise<{ waiting: () => Promise<number[]>; release(): Promise<void> }> {
  const [holder, looker] = [await world.caller(), await world.caller()];
  await holder.query('begin');
  await holder.query('select 1 from onceflow.resources where resource_id = $1 for update', [resourceId]);
  return {
    async waiting() {
      const { rows } = await looker.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name = 'onceflow' and wait_event_type = 'Lock'`,
      );
      return rows.map((row) => row.pid);
    },
    async release() {
      await holder.query('commit');
      holder.release();
      looker.release();
    },
  };
}

async function terminate(pids: readonly number[]): Promise<void> {
  const caller = await world.caller();
  await caller.query('select pg_terminate_backend(pid) from unnest($1::int[]) as pid', [pids]);
  caller.release();
}

describe('the ledger', () => {
  it('that is not configured, with no stack on the data directory, is a typed error', async () => {
    const attempt = connect({ env: {}, dataDirectory: '/nowhere' });
    await expect(attempt).rejects.toMatchObject({
      code: 'LEDGER_UNREACHABLE',
      hint: expect.stringContaining('onceflow up'),
    });
  });

  it('that does not answer is a typed error after the stated wait', async () => {
    const begun = performance.now();
    const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
    const attempt = connect({ env: {}, databaseUrl, poolWaitMs: 400 });
    await expect(attempt).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE' });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('without tables says that it has to be migrated', async () => {
    const databaseUrl = world.stack.databaseUrl.replace(/\/[^/?]+(\?|$)/, '/template1$1');
    await expect(connect({ env: {}, databaseUrl })).rejects.toMatchObject({ code: 'LEDGER_NOT_MIGRATED' });
  });

  it('is found through the embedded stack of the data directory', async () => {
    const client = await connect({ env: {}, dataDirectory: world.stack.dataDirectory, dispatch: 'relay' });
    expect(await client.list()).toMatchObject({ items: expect.any(Array) });
    await client.close();
  });

  it('an exhausted pool is a typed error after the stated wait, never a hang', async () => {
    const client = await world.connect({ poolMax: 1, poolWaitMs: 300 });
    const source = await world.file();
    await client.resources.put('held', source);
    const held = await holdResource('held');
    const blocked = client.submit('video', 'held', { source }).catch((error: unknown) => error);
    await expect.poll(held.waiting).toHaveLength(1);
    const begun = performance.now();
    await expect(client.list()).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    expect(performance.now() - begun).toBeGreaterThan(250);
    expect(performance.now() - begun).toBeLessThan(5000);
    await held.release();
    expect(await blocked).toMatchObject({ outcome: 'started' });
  });

  it('a submit whose connection is lost is made again and starts one run', async () => {
    const client = await world.connect();
    const source = await world.file();
    await client.resources.put('lost', source);
    const held = await holdResource('lost');
    const answer = client.submit('video', 'lost', { source });
    await expect.poll(held.waiting).toHaveLength(1);
    await terminate(await held.waiting());
    await held.release();
    expect(await answer).toMatchObject({ outcome: 'started', generation: 1 });
    expect(await client.runs(await answer)).toHaveLength(1);
  });

  it('a wait for a result outlives a restart of Postgres', async () => {
    const client = await world.connect();
    const answer = await client.submit('video', 'patient', { source: await world.file() });
    const result = client.result(answer, { timeoutMs: 30_000 }).catch((error: unknown) => error);
    await world.stack.postgres.kill('SIGKILL');
    await world.stack.postgres.start();
    await client.cancel(answer);
    expect(await result).toMatchObject({ code: 'ANALYSIS_CANCELLED' });
  });
});
