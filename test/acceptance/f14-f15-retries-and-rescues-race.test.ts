/**
 * F14: the retry of a failed job races with its first run. F15: a rescue by the clock ("older than 2 h: run again")
 * duplicates a job that is alive.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAtOnce, clockAhead, startCaller } from '../support/callers.ts';
import { eventually } from '../support/flow.ts';
import {
  attemptsOf,
  generationsOf,
  resultsOf,
  untilClosedInTemporal,
  untilDecoding,
} from '../support/ledger-facts.ts';
import { launch, type Product, penguins, startProduct, trailer } from '../support/product.ts';
import { runningChildren } from '../support/witness.ts';

let product: Product;
let film: string;
let table: string;
beforeAll(async () => {
  product = await startProduct();
  film = product.place(launch);
  table = product.place(penguins);
});
afterAll(() => product.stop());

const minutes = 60_000;

async function failsAt(resourceId: string): Promise<void> {
  await product.client.submit('video', resourceId, { source: table });
  await expect(product.client.result({ kind: 'video', resourceId })).rejects.toMatchObject({
    code: 'ANALYSIS_FAILED',
  });
}

describe('F14', () => {
  it('retries and submits of a failed film at one moment, from 3 processes, make one next run', async () => {
    await failsAt('twins');
    const ref = { kind: 'video', resourceId: 'twins' } as const;
    const job = { do: 'submit', times: 20, ...ref, source: film } as const;
    const [submits, retries] = await Promise.all([
      callAtOnce(product, 2, job),
      Promise.all(Array.from({ length: 10 }, () => product.client.retry(ref, { source: film }))),
    ]);
    const answers = [...submits, ...retries];
    expect(answers).toHaveLength(50);
    expect(answers.filter((answer) => answer['outcome'] === 'started')).toHaveLength(1);
    for (const answer of answers) expect(answer).toMatchObject({ generation: 2 });
    await product.client.result(ref);
    const [first, second, ...more] = await generationsOf(product, 'twins');
    expect([first, more]).toEqual(['1 submit failed', []]);
    expect(second).toMatch(/^2 (submit|retry) completed$/);
    const probes = await attemptsOf(product, 'twins', '.probe');
    expect(probes.filter((attempt) => attempt.state === 'finished')).toHaveLength(1);
  });

  it('a retry in the moment between the failure in the ledger and the end in Temporal waits for that end', async () => {
    const ref = { kind: 'video', resourceId: 'hasty' } as const;
    await product.client.submit('video', 'hasty', { source: table });
    await eventually('failed', async () => (await product.client.get(ref))?.state === 'failed');
    expect(await product.client.retry(ref, { source: film })).toMatchObject({
      outcome: 'started',
      generation: 2,
    });
    await product.client.result({ ...ref, generation: 2 });
    expect(await generationsOf(product, 'hasty')).toEqual(['1 submit failed', '2 retry completed']);
  });

  it('a retry of what still runs answers with the run', async () => {
    const source = product.place(trailer, 'running.mp4');
    const first = await product.client.submit('video', 'running', { source });
    await untilDecoding(product);
    const answer = await product.client.retry(first);
    expect(answer).toMatchObject({ outcome: 'running', generation: 1, runId: first.runId });
    await product.client.cancel(first);
    await eventually('cancelled', async () => (await product.client.get(first))?.state === 'cancelled');
  });

  it('nothing runs again by itself after a failure, a cancel, a finished profile and restarts of everything', async () => {
    await failsAt('alone-failed');
    await product.client.submit('profiling', 'alone-table', { source: table });
    await product.client.result({ kind: 'profiling', resourceId: 'alone-table' });
    await untilClosedInTemporal(product, 'profiling:alone-table');
    const { postgres, temporal } = product.embedded;
    for (const pid of Object.values(product.embedded.pids())) process.kill(pid, 'SIGKILL');
    await Promise.all([postgres.kill('SIGKILL'), temporal.kill('SIGKILL')]);
    await Promise.all([postgres.start(), temporal.start()]);
    // Once work asked for now is done, whatever the restart had to repair was repaired before it.
    await product.client.submit('profiling', 'afterwards', { source: table });
    await product.client.result({ kind: 'profiling', resourceId: 'afterwards' });
    expect(await generationsOf(product, 'alone-failed')).toEqual(['1 submit failed']);
    expect(await generationsOf(product, 'alone-table')).toEqual(['1 submit completed']);
    expect(await generationsOf(product, 'running')).toEqual(['1 submit cancelled']);
  });

  it('every generation of every analysis has one cause on record, with who asked', async () => {
    const runs = await product.sql(
      `select r.kind || ':' || r.resource_id || ' ' || r.generation as run, r.requested_by,
         (select count(*)::int from onceflow.events e where e.run_id = r.run_id and e.type = 'run.' || r.trigger) as causes,
         (select count(*)::int from onceflow.events e where e.run_id = r.run_id
            and e.to_state in ('completed', 'failed', 'cancelled') and e.from_state is distinct from e.to_state) as ends
         from onceflow.runs r`,
    );
    expect(runs.length).toBeGreaterThan(5);
    for (const run of runs)
      expect(run).toMatchObject({ causes: 1, ends: 1, requested_by: expect.stringMatching(/./) });
  });
});

describe('F15', () => {
  it('a run that looks three hours old is not started again: a submit answers with it, and it ends as it is', async () => {
    const source = product.place(trailer, 'old.mp4');
    const first = await product.client.submit('video', 'old', { source });
    await untilDecoding(product);
    await product.sql(
      `update onceflow.runs set created_at = created_at - interval '3 hours', started_at = started_at - interval '3 hours'
        where resource_id = 'old'`,
    );
    expect(await product.client.submit('video', 'old', { source })).toMatchObject({
      outcome: 'running',
      runId: first.runId,
    });
    expect(runningChildren(product).length).toBeGreaterThan(0);
    await product.client.result(first);
    expect(await generationsOf(product, 'old')).toEqual(['1 submit completed']);
    expect(await resultsOf(product, 'old')).toEqual([1]);
  });

  it('clocks 20 minutes apart, of the caller and of two workers on one queue, decide nothing', async () => {
    const supervised = product.embedded.pids()['gpu'] ?? 0;
    process.kill(supervised, 'SIGSTOP');
    const workers = [
      product.startWorker('gpu', clockAhead(10 * minutes)),
      product.startWorker('gpu', clockAhead(-10 * minutes)),
      product.startWorker('control', clockAhead(10 * minutes)),
    ];
    try {
      const source = product.place(trailer, 'skewed.mp4');
      const job = { do: 'submit', times: 5, kind: 'video', resourceId: 'skewed', source } as const;
      const callers = [10 * minutes, -10 * minutes].map((ms) => startCaller(product, job, clockAhead(ms)));
      await Promise.all(callers.map((caller) => caller.ready));
      for (const caller of callers) caller.go();
      const answers = (await Promise.all(callers.map((caller) => caller.answers))).flat();
      expect(answers.filter((answer) => answer['outcome'] === 'started')).toHaveLength(1);
      await product.client.result({ kind: 'video', resourceId: 'skewed' });
      expect(await generationsOf(product, 'skewed')).toEqual(['1 submit completed']);
      const attempts = await attemptsOf(product, 'skewed');
      expect(attempts.filter((attempt) => attempt.code !== null)).toEqual([]);
      const leases = await product.sql(
        `select 1 from onceflow.step_attempts a join onceflow.runs r using (run_id)
          where r.resource_id = 'skewed' and abs(extract(epoch from a.lease_until - a.renewed_at) - 60) > 1`,
      );
      expect(leases).toEqual([]);
    } finally {
      process.kill(supervised, 'SIGCONT');
      for (const worker of workers) worker.kill('SIGTERM');
      await Promise.all(workers.map((worker) => worker.exited));
    }
  });
});
