import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct, weather } from '../support/product.ts';

describe('options of the command line', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.stop());

  it('computes again with the params that were given to rerun and retry', async () => {
    const source = product.place(weather, 'params.csv');
    const first = await product.cli(['submit', 'profiling', 'params', '--source', source, '--wait']);
    expect(first.code, first.stderr).toBe(0);
    const params = JSON.stringify({ skip_rows: 5, header: 'none' });
    const rerun = await product.cli(['rerun', 'profiling:params', '--params', params, '--wait', '--json']);
    expect(rerun.records.at(-1)).toMatchObject({
      generation: 2,
      state: 'completed',
      result: { summary: { headline: '1,457 rows, 6 columns of CSV' } },
    });
    const misspelt = await product.cli(['retry', 'profiling:params', '--params', '{"skiprows":1}']);
    expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('skiprows') });
  });
});
