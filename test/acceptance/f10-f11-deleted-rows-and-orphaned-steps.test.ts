/** F10: the row is deleted by hand, the job runs on and fails with "record not found". F11: sub-tasks outlive their parent. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import {
  attemptsOf,
  generationsOf,
  resultsOf,
  untilClosedInTemporal,
  untilDecoding,
} from '../support/ledger-facts.ts';
import { type Product, startProduct, trailer } from '../support/product.ts';
import { runningChildren } from '../support/witness.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

it('cancels everywhere when the resource is deleted by SQL, writes nothing, and runs again once it is put again', async () => {
  const film = product.place(trailer);
  const ref = { kind: 'video', resourceId: 'film' } as const;
  const answer = await product.client.submit('video', 'film', { source: film });
  await untilDecoding(product);
  const running = await product.client.get(ref);

  await product.sql(`delete from onceflow.resources where resource_id = 'film'`);
  const ended = await eventually('the run is cancelled', async () => {
    const runs = await product.client.runs(answer);
    return runs[0]?.state === 'cancelled' && runs[0];
  });
  expect(runningChildren(product)).toEqual([]);
  const workflow = product.temporal.workflow.getHandle('video:film', running?.run.temporalRunId ?? '');
  await eventually(
    'Temporal says the same',
    async () => (await workflow.describe()).status.name === 'CANCELLED',
  );
  expect(ended.failure).toBeNull();
  expect(await resultsOf(product, 'film')).toEqual([]);

  const again = await product.client.submit('video', 'film', { source: film });
  expect(again).toMatchObject({ outcome: 'started', generation: 2, incarnation: 2 });
  const result = await product.client.result(again);
  expect(result).toMatchObject({ generation: 2, status: 'complete' });
});

it('refuses to delete the rows of an analysis by hand, and says what to delete instead', async () => {
  for (const table of ['analyses', 'runs', 'results', 'step_attempts', 'events']) {
    const deleting = product.sql(`delete from onceflow.${table}`);
    await expect(deleting, table).rejects.toThrow(/not deleted by hand/);
  }
});

it('is cancelled within 5 s, with no child process left and no step begun after', async () => {
  const film = product.place(trailer, 'cancelled.mp4');
  const answer = await product.client.submit('video', 'cancelled', { source: film, params: { chunk_s: 10 } });
  await untilDecoding(product);
  const asked = Date.now();
  await product.client.cancel(answer, { reason: 'not wanted' });
  const attempts = (await attemptsOf(product, 'cancelled')).length;
  await eventually('cancelled', async () => (await product.client.get(answer))?.run.state === 'cancelled');
  expect(Date.now() - asked).toBeLessThan(5_000 + 3_000);
  expect(runningChildren(product)).toEqual([]);
  expect(await untilClosedInTemporal(product, 'video:cancelled')).toBe('CANCELLED');
  expect((await attemptsOf(product, 'cancelled')).length).toBe(attempts);
});

it('ends the steps of a deleted film while its parent, the control worker, is dead', async () => {
  const film = product.place(trailer, 'orphan.mp4');
  await product.client.submit('video', 'orphan', { source: film });
  await untilDecoding(product);
  const control = product.embedded.pids()['control'] ?? 0;
  // Stopped, as a dead host is: nobody starts it anew meanwhile.
  process.kill(control, 'SIGSTOP');
  try {
    const deletedAt = Date.now();
    await product.sql(`delete from onceflow.resources where resource_id = 'orphan'`);
    await eventually('no child is left', () => runningChildren(product).length === 0, 10_000);
    expect(Date.now() - deletedAt).toBeLessThan(5_000 + 3_000);
    expect(await resultsOf(product, 'orphan')).toEqual([]);
  } finally {
    process.kill(control, 'SIGKILL');
  }
  await eventually('cancelled', async () => {
    const [only] = await generationsOf(product, 'orphan');
    return only === '1 submit cancelled';
  });
  expect(await untilClosedInTemporal(product, 'video:orphan')).toBe('CANCELLED');
});
