/** F3: locks with a time to live leave orphans after a crash, and let two run at once after they expire. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import {
  attemptsOf,
  decoding,
  generationsOf,
  refusedWritesOf,
  resultsOf,
  untilDecoding,
} from '../support/ledger-facts.ts';
import { launch, type Product, startProduct, trailer } from '../support/product.ts';
import { startProxy } from '../support/proxy.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ workers: ['control', 'io'] });
});
afterAll(() => product.stop());

it('refuses and counts what a worker writes that was stopped beyond its lease; its artefacts are not seen', async () => {
  const postgres = await startProxy(Number(new URL(product.embedded.databaseUrl).port));
  const env = { ONCEFLOW_DATABASE_URL: postgres.through(product.embedded.databaseUrl) };
  const gpu = product.startWorker('gpu');
  const frozen = product.startWorker('cpu', env);
  const film = product.place(launch);
  try {
    const late = postgres.holdRequest(/"mediaType":"image\/jpeg"/);
    const answer = await product.client.submit('video', 'late', { source: film });
    await late;
    frozen.kill('SIGSTOP');
    const replacement = product.startWorker('cpu');
    const result = await product.client.result(answer);
    const [first, second] = await attemptsOf(product, 'late', '.keyframes');
    expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
    await eventually('the lease has run out', () => leaseIsOver(first?.fence ?? 0), 70_000);

    frozen.kill('SIGCONT');
    postgres.resume();
    const refused = await eventually('the late write is refused', async () => {
      const writes = await refusedWritesOf(product, 'late');
      return writes.length > 0 && writes;
    });
    expect(refused).toEqual([expect.stringMatching(/^finish: /)]);
    const store = join(product.embedded.dataDirectory, 'artefacts');
    const shelf = join(store, 'video/late', answer.runId, 'video.keyframes/one');
    await eventually('its files are gone', () => !existsSync(join(shelf, String(first?.fence))));
    const stored = await product.sql('select 1 from onceflow.artefacts where fence = $1', [first?.fence]);
    expect(stored).toEqual([]);
    const again = await product.client.result(answer);
    expect(again).toEqual(result);
    expect(again.artefacts.map(({ path }) => existsSync(join(store, path)))).not.toContain(false);
    expect(await resultsOf(product, 'late')).toEqual([1]);
    replacement.kill('SIGTERM');
  } finally {
    frozen.kill('SIGCONT');
    for (const worker of [frozen, gpu]) worker.kill('SIGTERM');
    await Promise.all([frozen.exited, gpu.exited]);
    await postgres.close();
  }
});

it('runs no decoder twice at a time when a worker is cut off from Temporal, and its work is given to another', async () => {
  const temporal = await startProxy(Number(product.embedded.temporalAddress.split(':')[1]));
  const cpu = product.startWorker('cpu');
  const cutOff = product.startWorker('gpu', { TEMPORAL_ADDRESS: temporal.address });
  const film = product.place(trailer);
  try {
    const answer = await product.client.submit('video', 'partitioned', { source: film });
    await untilDecoding(product);
    temporal.silence('all');
    const other = product.startWorker('gpu');
    await product.client.result(answer);
    expect(await generationsOf(product, 'partitioned')).toEqual(['1 submit completed']);
    expect(await resultsOf(product, 'partitioned')).toEqual([1]);
    expect(mostAtATime()).toBe(1);
    other.kill('SIGTERM');
    await other.exited;
  } finally {
    cutOff.kill('SIGKILL');
    cpu.kill('SIGTERM');
    await Promise.all([cutOff.exited, cpu.exited]);
    await temporal.close();
  }
});

async function leaseIsOver(fence: number): Promise<boolean> {
  const over = await product.sql(
    'select 1 from onceflow.step_attempts where fence = $1 and lease_until < clock_timestamp()',
    [fence],
  );
  return over.length === 1;
}

/** Decoders that were alive at the same moment, as the witness saw them. */
function mostAtATime(): number {
  let alive = 0;
  let most = 0;
  for (const line of product.witnessed(decoding)) {
    alive += line.event === 'started' ? 1 : -1;
    most = Math.max(most, alive);
  }
  return most;
}
