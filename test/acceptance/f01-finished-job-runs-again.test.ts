/** F1: a finished job runs again, because its acknowledgement was lost with the connection. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import {
  attemptsOf,
  generationsOf,
  resultsOf,
  untilClosedInTemporal,
  untilDecoding,
} from '../support/ledger-facts.ts';
import { type ExtraWorker, launch, type Product, startProduct } from '../support/product.ts';
import { type Proxy, startProxy } from '../support/proxy.ts';

let product: Product;
let film: string;
let postgres: Proxy;
let temporal: Proxy;
let behindProxies: Record<string, string>;
beforeAll(async () => {
  product = await startProduct({ workers: ['io', 'gpu'] });
  film = product.place(launch);
  postgres = await startProxy(Number(new URL(product.embedded.databaseUrl).port));
  temporal = await startProxy(Number(product.embedded.temporalAddress.split(':')[1]));
  behindProxies = {
    ONCEFLOW_DATABASE_URL: postgres.through(product.embedded.databaseUrl),
    TEMPORAL_ADDRESS: temporal.address,
  };
});
afterAll(async () => {
  await product.stop();
  await Promise.all([postgres.close(), temporal.close()]);
});

/** The steps that started children, and how often each was done. */
async function computed(resourceId: string): Promise<readonly string[]> {
  const attempts = await attemptsOf(product, resourceId);
  return attempts.filter((attempt) => !attempt.remembered).map(({ step, instance }) => `${step} ${instance}`);
}

async function endsOnce(resourceId: string): Promise<void> {
  await product.client.result({ kind: 'video', resourceId });
  expect(await untilClosedInTemporal(product, `video:${resourceId}`)).toBe('COMPLETED');
  const steps = await computed(resourceId);
  expect(new Set(steps).size).toBe(steps.length);
  expect(await generationsOf(product, resourceId)).toEqual(['1 submit completed']);
  expect(await resultsOf(product, resourceId)).toEqual([1]);
  const children = product.childrenStarted();
  expect(await product.client.submit('video', resourceId, { source: film })).toMatchObject({
    outcome: 'completed',
    generation: 1,
  });
  expect(product.childrenStarted()).toBe(children);
}

it('when the answer to its commit is lost: the commit is repeated and answers with what was committed', async () => {
  const control = product.startWorker('control', behindProxies);
  const cpu = product.startWorker('cpu');
  try {
    const lost = postgres.loseAnswer(/analysis\.video\/1/, /COMMIT\0/);
    await product.client.submit('video', 'unanswered', { source: film });
    await lost;
    const children = product.childrenStarted();
    await endsOnce('unanswered');
    expect(product.childrenStarted()).toBe(children);
  } finally {
    await end(control, cpu);
  }
});

/** The children of the step that is held; speech and text are looked for beside and after it. */
const stills = /^ffmpeg (keyframes|stills|sprite)$/;

it('when a worker dies between writing its output and telling Temporal: memory answers the next attempt', async () => {
  const control = product.startWorker('control');
  const dying = product.startWorker('cpu', behindProxies);
  const held = postgres.holdRequest(/"mediaType":"image\/jpeg"/);
  await product.client.submit('video', 'unacknowledged', { source: film });
  await held;
  temporal.shut();
  postgres.resume();
  await eventually('the output is in the ledger', async () => {
    const [keyframes] = await attemptsOf(product, 'unacknowledged', 'keyframes');
    return keyframes?.state === 'finished';
  });
  dying.kill('SIGKILL');
  temporal.resume();
  const children = product.childrenStarted(stills);
  const cpu = product.startWorker('cpu');
  try {
    await endsOnce('unacknowledged');
    const again = await attemptsOf(product, 'unacknowledged', 'keyframes');
    expect(again.map((attempt) => attempt.remembered)).toEqual([false, true]);
    expect(product.childrenStarted(stills)).toBe(children);
  } finally {
    await end(control, cpu);
  }
});

it('when all connections to Temporal and to Postgres are cut again and again while it runs', async () => {
  const workers = [product.startWorker('control', behindProxies), product.startWorker('cpu', behindProxies)];
  try {
    const answer = await product.client.submit('video', 'cut', { source: film });
    await untilDecoding(product);
    let cuts = 0;
    await eventually('completed', async () => {
      if (cuts < 10) for (const proxy of [postgres, temporal]) proxy.shut();
      cuts += 1;
      for (const proxy of [postgres, temporal]) proxy.resume();
      return (await product.client.get(answer))?.state === 'completed';
    });
    expect(cuts).toBeGreaterThan(3);
    expect(await untilClosedInTemporal(product, 'video:cut')).toBe('COMPLETED');
    expect(await resultsOf(product, 'cut')).toEqual([1]);
    expect(await generationsOf(product, 'cut')).toEqual(['1 submit completed']);
  } finally {
    await end(...workers);
  }
});

it('when Temporal is killed at the moment of the commit', async () => {
  const workers = [product.startWorker('control'), product.startWorker('cpu')];
  try {
    const answer = await product.client.submit('video', 'restarted', { source: film });
    await eventually('committed', async () => (await product.client.get(answer))?.state === 'completed');
    await product.embedded.temporal.kill('SIGKILL');
    const children = product.childrenStarted();
    await product.embedded.temporal.start();
    await endsOnce('restarted');
    expect(product.childrenStarted()).toBe(children);
  } finally {
    await end(...workers);
  }
});

it('when Temporal stands still for longer than a heartbeat timeout, and goes on as if nothing had been', async () => {
  const workers = [product.startWorker('control'), product.startWorker('cpu')];
  const { temporal: server } = product.embedded;
  try {
    const answer = await product.client.submit('video', 'stood-still', { source: film });
    await untilDecoding(product);
    await server.kill('SIGSTOP');
    try {
      await eventually('12 s have passed', async () => {
        const passed = await product.sql(
          `select 1 from onceflow.runs where run_id = $1 and started_at < clock_timestamp() - interval '12 seconds'`,
          [answer.runId],
        );
        return passed.length === 1;
      });
    } finally {
      await server.kill('SIGCONT');
    }
    await product.client.result(answer);
    expect(await untilClosedInTemporal(product, 'video:stood-still')).toBe('COMPLETED');
    expect(await generationsOf(product, 'stood-still')).toEqual(['1 submit completed']);
    expect(await resultsOf(product, 'stood-still')).toEqual([1]);
  } finally {
    await end(...workers);
  }
});

async function end(...workers: readonly ExtraWorker[]): Promise<void> {
  for (const worker of workers) worker.kill('SIGTERM');
  await Promise.all(workers.map((worker) => worker.exited));
}
