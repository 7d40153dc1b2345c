import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Onceflow, Update } from '../../client/index.ts';
import { profiling } from '../../kinds/profiling/definition.ts';
import { video } from '../../kinds/video/definition.ts';
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
  await client.resources.put(`w${made}`, await world.file());
  return `w${made}`;
}

describe('result and watch', () => {
  it('result waits for the generation that submit answered with', async () => {
    const answer = await client.submit('video', await put());
    const result = client.result(answer);
    await films.complete(await films.claim(answer.resourceId, 1), { shots: 7 });
    expect(await result).toMatchObject({ kind: 'video', generation: 1, document: { shots: 7 } });
    expect(await client.result({ workflowId: answer.workflowId })).toMatchObject({ generation: 1 });
  });

  it('result of a run that failed carries its failure', async () => {
    const answer = await client.submit('video', await put());
    await films.fail(await films.claim(answer.resourceId, 1));
    await expect(client.result(answer)).rejects.toMatchObject({
      code: 'ANALYSIS_FAILED',
      message: 'it broke',
      hint: 'mend it',
      ids: { failureCode: 'BROKEN', generation: 1 },
    });
  });

  it('result waits no longer than it was told, though the clock of this machine is set back meanwhile', async () => {
    const answer = await client.submit('video', await put());
    const timedOut = client.result(answer, { timeoutMs: 400 }).catch((error: unknown) => error);
    const begun = performance.now();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      const late = delay(8_000, 'it still waits', { ref: false });
      expect(await Promise.race([timedOut, late])).toMatchObject({ code: 'TIMEOUT' });
    } finally {
      vi.useRealTimers();
    }
    expect(performance.now() - begun).toBeGreaterThan(300);
  });

  it('result follows a reset to the generation that it put in its place', async () => {
    const answer = await client.submit('video', await put());
    const first = await films.claim(answer.resourceId, 1);
    const result = client.result(answer);
    const second = await films.adopt(first);
    await films.complete(second, { made: 'after the reset' });
    expect(await result).toMatchObject({ generation: 2, document: { made: 'after the reset' } });
    expect(await client.result({ runId: answer.runId })).toMatchObject({ generation: 2 });
  });

  it('the result of a run whose resource was deleted is gone, also when another one stands by that name', async () => {
    const first = await client.submit('video', await put());
    await films.complete(await films.claim(first.resourceId, 1), { of: 'the first file' });
    await client.resources.delete(first.resourceId);
    await client.resources.put(first.resourceId, await world.file());
    const second = await client.submit('video', first.resourceId);
    await films.complete(await films.claim(first.resourceId, second.generation), { of: 'the second' });
    expect(await client.result({ runId: second.runId })).toMatchObject({ document: { of: 'the second' } });
    await expect(client.result({ runId: first.runId })).rejects.toMatchObject({ code: 'RESOURCE_DELETED' });
  });

  it('while a rerun runs, and after it failed, the old result stays readable', async () => {
    const answer = await client.submit('video', await put());
    await films.complete(await films.claim(answer.resourceId, 1), { made: 1 });
    const rerun = await client.rerun(answer, { reason: 'newer detector' });
    const second = await films.claim(answer.resourceId, 2);
    expect(await client.get(answer)).toMatchObject({
      state: 'running',
      run: { generation: 2 },
      result: { generation: 1 },
    });
    await films.fail(second);
    expect(await client.get(answer)).toMatchObject({ state: 'failed', result: { generation: 1 } });
    expect(await client.result({ workflowId: answer.workflowId })).toMatchObject({ generation: 1 });
    await expect(client.result(rerun)).rejects.toMatchObject({ code: 'ANALYSIS_FAILED' });
  });

  it('a wait ends with its time or its signal, and the analysis goes on', async () => {
    const answer = await client.submit('video', await put());
    await expect(client.result(answer, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    const signal = AbortSignal.timeout(50);
    await expect(client.result(answer, { signal })).rejects.toThrow(/timeout/i);
    expect((await client.get(answer))?.state).toBe('pending');
  });

  it('watch tells each state once and ends with the closed one', async () => {
    const answer = await client.submit('video', await put());
    const updates: Update[] = [];
    for await (const update of client.watch(answer)) {
      updates.push(update);
      if (update.state === 'pending')
        void films.claim(answer.resourceId, 1).then((run) => films.complete(run));
    }
    const states = updates.filter((update) => update.type === 'state').map((update) => update.state);
    expect(states[0]).toBe('pending');
    expect(states.at(-1)).toBe('completed');
    expect(new Set(states).size).toBe(states.length);
  });
});

describe('cancel', () => {
  it('closes an unclaimed run at once, and asks a running one to end', async () => {
    const pending = await client.submit('video', await put());
    expect(await client.cancel(pending)).toMatchObject({ requested: true, run: { state: 'cancelled' } });
    const running = await client.submit('video', await put());
    await films.claim(running.resourceId, 1);
    const cancelled = await client.cancel(running, { reason: 'not wanted' });
    expect(cancelled).toMatchObject({ requested: true, run: { state: 'running', cancelRequested: true } });
    await expect(client.result(pending)).rejects.toMatchObject({ code: 'ANALYSIS_CANCELLED' });
  });

  it('of a cancelled one changes nothing, and says so', async () => {
    const answer = await client.submit('video', await put());
    await client.cancel(answer);
    const again = await client.cancel(answer);
    expect(again).toMatchObject({ requested: false, run: { state: 'cancelled' } });
  });

  it('of a finished one, or of a run that is not the newest, changes nothing', async () => {
    const first = await client.submit('profiling', await put());
    await tables.complete(await tables.claim(first.resourceId, 1));
    expect(await client.cancel(first)).toMatchObject({ requested: false, run: { state: 'completed' } });
    await client.submit('profiling', first.resourceId);
    expect(await client.cancel({ runId: first.runId })).toMatchObject({ requested: false });
    expect((await client.get(first))?.state).toBe('pending');
  });
});
