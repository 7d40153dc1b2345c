/** F6: "view details" is empty while a re-analysis runs, and after it failed. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import { generationsOf } from '../support/ledger-facts.ts';
import { launch, type Product, penguins, startProduct, weather } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const ref = { kind: 'profiling', resourceId: 'table' } as const;

it('the last good profile is read until the next one is committed, without a moment between the two', async () => {
  const source = product.place(penguins, 'table.csv');
  await product.client.submit('profiling', 'table', { source });
  const first = await product.client.result(ref);
  product.place(weather, 'table.csv');
  const cpu = product.embedded.pids()['cpu'] ?? 0;
  process.kill(cpu, 'SIGSTOP');
  try {
    expect(await product.client.submit('profiling', 'table', { source })).toMatchObject({
      outcome: 'started',
      generation: 2,
    });
    const view = await eventually('running', async () => {
      const seen = await product.client.get(ref);
      return seen?.state === 'running' && seen;
    });
    expect(view).toMatchObject({
      run: { generation: 2 },
      result: { generation: 1, document: first.document },
    });
    const details = await product.cli(['result', 'profiling:table', '--json']);
    expect(details.records[0]).toMatchObject({ result: { schema: 'analysis.profiling/1' } });
  } finally {
    process.kill(cpu, 'SIGCONT');
  }
  const seen: number[] = [];
  await eventually('the second is committed', async () => {
    const view = await product.client.get(ref);
    seen.push(view?.result?.generation ?? 0);
    // State and result come from one commit: neither is seen without the other.
    expect(view?.state === 'completed').toBe(view?.result?.generation === 2);
    return view?.state === 'completed';
  });
  expect(seen).toEqual(seen.toSorted());
  expect(seen).not.toContain(0);
});

it('the last good profile is read after a re-analysis failed, and was cancelled', async () => {
  const source = product.place(penguins, 'spoilt.csv');
  const spoilt = { kind: 'profiling', resourceId: 'spoilt' } as const;
  await product.client.submit('profiling', 'spoilt', { source });
  await product.client.result(spoilt);
  writeFileSync(source, Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1]));
  const failing = await product.client.submit('profiling', 'spoilt', { source });
  await expect(product.client.result(failing)).rejects.toMatchObject({ code: 'ANALYSIS_FAILED' });
  const failed = await product.client.get(spoilt);
  expect(failed).toMatchObject({ state: 'failed', run: { generation: 2 }, result: { generation: 1 } });

  const cpu = product.embedded.pids()['cpu'] ?? 0;
  process.kill(cpu, 'SIGSTOP');
  const cancelled = await product.client.submit('profiling', 'spoilt', { source });
  await product.client.cancel(cancelled);
  process.kill(cpu, 'SIGCONT');
  await expect(product.client.result(cancelled)).rejects.toMatchObject({ code: 'ANALYSIS_CANCELLED' });
  expect(await product.client.get(spoilt)).toMatchObject({ state: 'cancelled', result: { generation: 1 } });
});

it('the film that stands is read while and after an operator has it analysed again', async () => {
  const source = product.place(launch);
  const film = { kind: 'video', resourceId: 'film' } as const;
  await product.client.submit('video', 'film', { source });
  const { document } = await product.client.result(film);
  const gpu = product.embedded.pids()['gpu'] ?? 0;
  process.kill(gpu, 'SIGSTOP');
  try {
    await product.client.rerun(film, { reason: 'test', fromScratch: true });
    const view = await eventually('running', async () => {
      const seen = await product.client.get(film);
      return seen?.state === 'running' && seen;
    });
    expect(view).toMatchObject({ run: { generation: 2 }, result: { generation: 1, document } });
  } finally {
    process.kill(gpu, 'SIGCONT');
  }
  await product.client.cancel(film);
  await expect(product.client.result({ ...film, generation: 2 })).rejects.toMatchObject({
    code: 'ANALYSIS_CANCELLED',
  });
  expect(await product.client.get(film)).toMatchObject({ result: { generation: 1, document } });
  expect(await generationsOf(product, 'film')).toEqual(['1 submit completed', '2 rerun cancelled']);
  expect(await product.client.submit('video', 'film', { source })).toMatchObject({
    outcome: 'completed',
    generation: 1,
    why: expect.stringContaining('rerun 2 cancelled'),
  });
});
