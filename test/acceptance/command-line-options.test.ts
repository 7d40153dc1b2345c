import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressText } from '../../cli/progress.ts';
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

  it('says that there is nothing to tell of what was never submitted, and of submits that all started one', async () => {
    const none = await product.cli(['runs', 'text:none']);
    expect(none).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('text:none was never'),
    });
    const runs = await product.cli(['runs', 'profiling:params', '--duplicates']);
    expect(runs.stdout).toContain('Every submit started a run.');
    await product.cli(['submit', 'profiling', 'params', '--on-duplicate', 'return']);
    const told = await product.cli(['runs', 'profiling:params', '--duplicates']);
    expect(told.stdout).toMatch(/started nothing[\s\S]*completed +\S+ +generation 2 completed/);
  });

  it('refuses a device that is no number as wrong usage, and lists with every command what all of them take', async () => {
    expect((await product.cli(['worker', 'gpu', '--device', 'first'])).code).toBe(2);
    expect((await product.cli(['result', '--help'])).stdout).toContain('--data-directory');
  });
});

it('shows step and time of what goes on in a narrow terminal, too', () => {
  const line = { label: 'sintel_trailer-720p.mp4', state: 'running', step: 'video.keyframes', fraction: 0.5 };
  for (const columns of [60, 80, 120]) {
    const text = progressText({ ...line, etaMs: 4_000, note: null }, Date.now(), columns);
    expect(text).toMatch(/^sintel_trailer.* 50% {2}video\.keyframes {2}4\.0 s left$/);
    expect(text.length).toBeLessThan(columns);
  }
});
