import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
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
  await eventually(
    'a chunk is being decoded',
    () => runningChildren(product, /decode|chunk|measure/i).length > 0,
  );
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
  expect(await product.sql(`select 1 from onceflow.results where resource_id = 'film'`)).toEqual([]);

  const again = await product.client.submit('video', 'film', { source: film });
  expect(again).toMatchObject({ outcome: 'started', generation: 2, incarnation: 2 });
  const result = await product.client.result(again);
  expect(result).toMatchObject({ generation: 2, status: 'complete' });
});
