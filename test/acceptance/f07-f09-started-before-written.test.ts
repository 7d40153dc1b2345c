/**
 * F7: the job starts before the row that describes it is committed. F8: concurrent create requests collide.
 * F9: created in one store, looked up in another: 404 on the first poll.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAtOnce, startCaller } from '../support/callers.ts';
import { eventually } from '../support/flow.ts';
import { generationsOf, resultsOf, untilClosedInTemporal } from '../support/ledger-facts.ts';
import { launch, type Product, penguins, startProduct } from '../support/product.ts';
import { startProxy } from '../support/proxy.ts';

let product: Product;
let film: string;
let table: string;
beforeAll(async () => {
  product = await startProduct();
  film = product.place(launch);
  table = product.place(penguins);
});
afterAll(() => product.stop());

const control = () => product.embedded.pids()['control'] ?? 0;
const asFilm = (resourceId: string) => ({ kind: 'video', resourceId, source: film }) as const;

async function completesOnce(resourceId: string): Promise<void> {
  await eventually(`${resourceId} completed`, async () => {
    const [newest] = await generationsOf(product, resourceId);
    return newest === '1 submit completed';
  });
  expect(await generationsOf(product, resourceId)).toHaveLength(1);
  expect(await resultsOf(product, resourceId)).toEqual([1]);
}

describe('F7', () => {
  it('a caller killed between its commit and the start of the workflow loses nothing: the relay starts it', async () => {
    const temporal = await startProxy(Number(product.embedded.temporalAddress.split(':')[1]));
    temporal.silence('all');
    const caller = startCaller(
      product,
      { do: 'submit', times: 1, ...asFilm('orphaned') },
      { TEMPORAL_ADDRESS: temporal.address },
    );
    await caller.ready;
    // So that it is the caller's start that is missing, and nobody's who came first.
    process.kill(control(), 'SIGSTOP');
    try {
      caller.go();
      await eventually(
        'the row is committed',
        async () => (await generationsOf(product, 'orphaned')).length === 1,
      );
      caller.kill('SIGKILL');
      expect(await caller.answers).toEqual([]);
      expect(await generationsOf(product, 'orphaned')).toEqual(['1 submit pending']);
      await expect(product.temporal.workflow.getHandle('video:orphaned').describe()).rejects.toThrow(
        /not found/,
      );
    } finally {
      process.kill(control(), 'SIGCONT');
      await temporal.close();
    }
    await completesOnce('orphaned');
  });

  it('a start whose answer from Temporal is lost makes one run', async () => {
    const temporal = await startProxy(Number(product.embedded.temporalAddress.split(':')[1]));
    const client = await product.connect({ temporal: { address: temporal.address } });
    try {
      temporal.silence('answers');
      const answer = await client.submit('video', 'unanswered', { source: film });
      expect(answer).toMatchObject({ outcome: 'started', generation: 1 });
      await completesOnce('unanswered');
    } finally {
      await client.close();
      await temporal.close();
    }
  });

  it('a submit succeeds while Temporal is dead, and runs when it is back', async () => {
    await product.embedded.temporal.kill('SIGKILL');
    const asked = performance.now();
    const answer = await product.client.submit('video', 'patient', { source: film });
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(answer).toMatchObject({ outcome: 'started', generation: 1 });
    expect(await product.client.get(answer)).toMatchObject({ state: 'pending' });
    expect(await product.client.submit('video', 'patient', { source: film })).toMatchObject({
      outcome: 'running',
      runId: answer.runId,
    });
    await product.embedded.temporal.start();
    await completesOnce('patient');
  });

  it('a client that is closed while Temporal is away loses neither its submit nor its process', async () => {
    const temporal = await startProxy(Number(product.embedded.temporalAddress.split(':')[1]));
    const client = await product.connect({ temporal: { address: temporal.address } });
    await client.submit('profiling', 'before', { source: table });
    temporal.shut();
    expect(await client.submit('profiling', 'away', { source: table })).toMatchObject({ outcome: 'started' });
    // A call that is made again on a closed connection would be an uncaught exception, which fails this file.
    await client.close();
    await temporal.close();
    await completesOnce('away');
  });

  it('a start that reaches Temporal after the run has ended computes nothing, also for a kind that may run again', async () => {
    const temporal = await startProxy(Number(product.embedded.temporalAddress.split(':')[1]));
    const ref = { kind: 'profiling', resourceId: 'delayed' } as const;
    const job = { do: 'submit', times: 1, ...ref, source: table } as const;
    const caller = startCaller(product, job, { TEMPORAL_ADDRESS: temporal.address });
    try {
      await caller.ready;
      const held = temporal.holdRequest(/profiling:delayed/);
      caller.go();
      await held;
      // It would give the call up; now only the network has it.
      caller.kill('SIGSTOP');
      await product.client.result(ref);
      await untilClosedInTemporal(product, 'profiling:delayed');
      const workflow = product.temporal.workflow.getHandle('profiling:delayed');
      const { runId } = await workflow.describe();
      const children = product.childrenStarted();
      temporal.resume();
      await eventually('Temporal runs it again', async () => {
        const now = await workflow.describe();
        return now.runId !== runId && now.status.name === 'COMPLETED';
      });
      expect(product.childrenStarted()).toBe(children);
    } finally {
      caller.kill('SIGCONT');
      expect(await caller.answers).toMatchObject([{ outcome: 'started', generation: 1 }]);
      await temporal.close();
    }
    expect(await generationsOf(product, 'delayed')).toEqual(['1 submit completed']);
  });

  it('a submit in a transaction runs after its commit, and never was when it is rolled back', async () => {
    const pool = new pg.Pool({ connectionString: product.embedded.databaseUrl, max: 1 });
    const connection = await pool.connect();
    try {
      for (const end of ['rollback', 'commit']) {
        await connection.query('begin');
        await product.client.submitInTransaction(connection, 'profiling', 'undecided', { source: table });
        expect(await product.client.get({ kind: 'profiling', resourceId: 'undecided' })).toBeNull();
        await connection.query(end);
        const written = await generationsOf(product, 'undecided');
        expect(written).toHaveLength(end === 'commit' ? 1 : 0);
      }
    } finally {
      connection.release();
      await pool.end();
    }
    await completesOnce('undecided');
  });
});

describe('F8', () => {
  it('500 submits of one key at once, from 4 processes, make one run', async () => {
    const answers = await callAtOnce(product, 4, { do: 'submit', times: 125, ...asFilm('crowded') });
    expect(answers).toHaveLength(500);
    expect(answers.filter((answer) => answer['outcome'] === 'started')).toHaveLength(1);
    for (const answer of answers)
      expect(answer).toMatchObject({ generation: 1, runId: answers[0]?.['runId'] });
    await completesOnce('crowded');
    const probes = await product.sql(
      `select 1 from onceflow.step_attempts a join onceflow.runs r using (run_id)
        where r.resource_id = 'crowded' and a.step = 'video.probe'`,
    );
    expect(probes).toHaveLength(1);
  });

  it('a submit whose answer is lost after the commit is answered again, and starts nothing twice', async () => {
    const proxy = await startProxy(Number(new URL(product.embedded.databaseUrl).port));
    const client = await product.connect({ databaseUrl: proxy.through(product.embedded.databaseUrl) });
    try {
      const lost = proxy.loseAnswer(/unheard/, /COMMIT\0/);
      const answer = client.submit('profiling', 'unheard', { source: table });
      await lost;
      expect(await answer).toMatchObject({ outcome: 'started', generation: 1 });
      await client.result(await answer);
      expect(await generationsOf(product, 'unheard')).toEqual(['1 submit completed']);
    } finally {
      await client.close();
      await proxy.close();
    }
  });
});

describe('F9', () => {
  it('every process finds it at once, by analysis, workflow ID and run', async () => {
    const other = await product.connect();
    const answer = await product.client.submit('video', 'found', { source: film });
    const found = { state: expect.stringMatching(/pending|running/), run: { runId: answer.runId } };
    expect(await other.get({ kind: 'video', resourceId: 'found' })).toMatchObject(found);
    expect(await other.get({ workflowId: 'video:found' })).toMatchObject(found);
    expect(await other.get({ runId: answer.runId })).toMatchObject(found);
    const status = await product.cli(['status', 'video:found', '--json']);
    expect(status.records[0]).toMatchObject({ runId: answer.runId, generation: 1 });
    await other.close();
    await completesOnce('found');
  });

  it('no read after a submit says unknown or shows an older run: 1,000 times, from 4 processes at once', async () => {
    const job = { do: 'read-own', times: 250, lanes: 5, kind: 'profiling', source: table } as const;
    const answers = await callAtOnce(product, 4, job);
    expect(answers).toHaveLength(1_000);
    expect(answers.filter((answer) => answer['seen'] !== answer['asked'])).toEqual([]);
    expect(answers.filter((answer) => answer['outcome'] === 'started').length).toBeGreaterThan(900);
  });
});
