import { appendFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import { launch, type Product, penguins, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

/** As `temporal workflow delete` does; resolves when Temporal has really forgotten. */
async function deleteHistory(workflowId: string): Promise<void> {
  await product.temporal.workflowService.deleteWorkflowExecution({
    namespace: product.embedded.temporalNamespace,
    workflowExecution: { workflowId },
  });
  await eventually(
    `${workflowId} forgotten by Temporal`,
    () =>
      product.temporal.workflow
        .getHandle(workflowId)
        .describe()
        .then(() => false)
        .catch(() => true),
    120_000,
  );
}

it('answers a submit and a direct start of a finished video from the ledger, and computes nothing', async () => {
  const film = product.place(launch);
  const answer = await product.client.submit('video', 'film', { source: film });
  const result = await product.client.result(answer);
  await deleteHistory('video:film');
  const children = product.childrenStarted();

  const again = await product.client.submit('video', 'film', { source: film });
  expect(again).toMatchObject({ outcome: 'completed', generation: 1 });
  expect(again.result?.document).toEqual(result.document);

  const direct = await product.temporal.workflow.execute('video', {
    workflowId: 'video:film',
    taskQueue: 'control',
    args: [],
  });
  expect(direct).toMatchObject({ runId: answer.runId, generation: 1 });
  expect(product.childrenStarted()).toBe(children);
  expect(await product.client.runs({ kind: 'video', resourceId: 'film' })).toHaveLength(1);
});

it('computes a finished profile again when it is started directly after its table changed', async () => {
  const table = product.place(penguins);
  const answer = await product.client.submit('profiling', 'table', { source: table });
  await product.client.result(answer);
  // The ledger closes a moment before Temporal does.
  await product.temporal.workflow.getHandle('profiling:table').result();
  appendFileSync(table, 'Adelie,Torgersen,40.1,18.9,188,4300,MALE\n');
  await product.temporal.workflow.execute('profiling', {
    workflowId: 'profiling:table',
    taskQueue: 'control',
    args: [],
  });
  const view = await product.client.get({ kind: 'profiling', resourceId: 'table' });
  expect(view?.run).toMatchObject({ generation: 2, trigger: 'direct', state: 'completed' });
  expect(view?.result?.document).toMatchObject({ profiling: { dataset: { n_rows: 345 } } });
});
