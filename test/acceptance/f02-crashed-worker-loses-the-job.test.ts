/** F2: a crashed worker loses the job. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import { attemptsOf, generationsOf, resultsOf, untilDecoding } from '../support/ledger-facts.ts';
import { type Product, startProduct, trailer } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const worker = (name: 'control' | 'gpu') => product.embedded.pids()[name] ?? 0;
const chunksOf = (resourceId: string) => attemptsOf(product, resourceId, '.chunk');

async function completesOnce(resourceId: string): Promise<void> {
  await product.client.result({ kind: 'video', resourceId });
  expect(await generationsOf(product, resourceId)).toEqual(['1 submit completed']);
  expect(await resultsOf(product, resourceId)).toEqual([1]);
}

it('goes on within 13 s after kill -9 of the gpu worker in mid-chunk, repeats one chunk at most, one result', async () => {
  const film = product.place(trailer, 'killed.mp4');
  await product.client.submit('video', 'killed', { source: film, params: { chunk_s: 10 } });
  await eventually('the second chunk is taken', async () => (await chunksOf('killed')).length >= 2);
  await untilDecoding(product);
  const killedAt = Date.now();
  process.kill(worker('gpu'), 'SIGKILL');
  const before = (await chunksOf('killed')).length;
  await eventually(
    'another attempt has begun',
    async () => (await chunksOf('killed')).length > before,
    20_000,
  );
  // Heartbeat timeout 10 s and first back-off 1 s, with room for a machine under load.
  expect(Date.now() - killedAt).toBeLessThan(13_000 + 5_000);
  await completesOnce('killed');
  const attempts = await chunksOf('killed');
  const instances = new Set(attempts.map((attempt) => attempt.instance));
  expect(attempts.length - instances.size).toBeLessThanOrEqual(1);
});

it('does not blame the input, however often its worker is killed: three times in one chunk', async () => {
  const film = product.place(trailer, 'unlucky.mp4');
  await product.client.submit('video', 'unlucky', { source: film });
  for (let kills = 1; kills <= 3; kills += 1) {
    await eventually('a chunk was begun', async () => {
      const open = (await chunksOf('unlucky')).filter((attempt) => attempt.state === 'running');
      return open.length > 0 && (await chunksOf('unlucky')).length >= kills;
    });
    await untilDecoding(product);
    process.kill(worker('gpu'), 'SIGKILL');
  }
  await completesOnce('unlucky');
  const attempts = await chunksOf('unlucky');
  expect(attempts.length).toBeGreaterThanOrEqual(4);
  expect(attempts.filter((attempt) => attempt.code !== null)).toEqual([]);
  const counted = await product.sql(
    `select sum(i.retryable_failures + i.child_deaths)::int as counted
       from onceflow.step_instances i join onceflow.runs r using (run_id) where r.resource_id = 'unlucky'`,
  );
  expect(counted).toEqual([{ counted: 0 }]);
});

it('goes on after the control worker, Temporal and Postgres were all killed in mid-chunk', async () => {
  const film = product.place(trailer, 'blackout.mp4');
  await product.client.submit('video', 'blackout', { source: film });
  await untilDecoding(product);
  const { postgres, temporal } = product.embedded;
  process.kill(worker('control'), 'SIGKILL');
  await Promise.all([postgres.kill('SIGKILL'), temporal.kill('SIGKILL')]);
  await Promise.all([postgres.start(), temporal.start()]);
  await completesOnce('blackout');
});
