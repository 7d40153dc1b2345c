import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import { type Product, startProduct, trailer } from '../support/product.ts';
import { runningChildren } from '../support/witness.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const decoding = /chunk|decode|measure/i;
const chunks = async (runId: string) =>
  (await product.sql(
    `select instance, state, attempts from onceflow.step_attempts where run_id = $1 and step = 'video.chunk' order by fence`,
    [runId],
  )) as readonly { instance: string; state: string; attempts: number }[];

it('goes on within 13 s after kill -9 of the gpu worker in mid-chunk, repeats one chunk at most, one result', async () => {
  const film = product.place(trailer, 'killed.mp4');
  const answer = await product.client.submit('video', 'killed', { source: film, params: { chunk_s: 10 } });
  await eventually(
    'the second chunk is being decoded',
    async () => (await chunks(answer.runId)).length >= 2 && runningChildren(product, decoding).length > 0,
  );
  const killedAt = Date.now();
  process.kill(product.embedded.pids()['gpu'] ?? 0, 'SIGKILL');
  const before = (await chunks(answer.runId)).length;
  await eventually(
    'another attempt has begun',
    async () => (await chunks(answer.runId)).length > before,
    20_000,
  );
  // Heartbeat timeout 10 s and first back-off 1 s, with room for a machine under load.
  expect(Date.now() - killedAt).toBeLessThan(13_000 + 3_000);
  await product.client.result(answer);
  const attempts = await chunks(answer.runId);
  const instances = new Set(attempts.map((attempt) => attempt.instance));
  expect(attempts.length - instances.size).toBeLessThanOrEqual(1);
  const results = await product.sql(`select generation from onceflow.results where resource_id = 'killed'`);
  expect(results).toEqual([{ generation: 1 }]);
});

it('is cancelled within 5 s, with no child process left', async () => {
  const film = product.place(trailer, 'cancelled.mp4');
  const answer = await product.client.submit('video', 'cancelled', { source: film });
  await eventually('a chunk is being decoded', () => runningChildren(product, decoding).length > 0);
  const asked = Date.now();
  await product.client.cancel(answer, { reason: 'not wanted' });
  await eventually('cancelled', async () => (await product.client.get(answer))?.run.state === 'cancelled');
  expect(Date.now() - asked).toBeLessThan(5_000 + 2_000);
  expect(runningChildren(product)).toEqual([]);
});

it('says within 60 s that no gpu worker polls, and runs when one comes', async () => {
  const film = product.place(trailer, 'waiting.mp4');
  const pid = product.embedded.pids()['gpu'] ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const answer = await product.client.submit('video', 'waiting', { source: film });
    await eventually(
      'status says what it waits for',
      async () => (await product.client.get(answer))?.run.waiting?.reason === 'no-worker',
      65_000,
    );
    const view = await product.client.get(answer);
    expect(view?.run.waiting).toMatchObject({ queue: 'gpu', reason: 'no-worker' });
    const status = await product.cli(['status', 'video:waiting']);
    expect(status.stdout).toContain('no worker polls queue gpu');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await product.client.result({ kind: 'video', resourceId: 'waiting' });
});
