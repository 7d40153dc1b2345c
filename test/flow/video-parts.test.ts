import { afterAll, beforeAll, expect, it } from 'vitest';
import type { VideoResult } from '../../kinds/video/result.ts';
import { launch, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.stop());

async function analysed(id: string, params: Readonly<Record<string, string>>) {
  const source = product.place(launch, `${id}.webm`);
  const ref = await product.client.submit('video', id, { source, params });
  const { document } = await product.client.result(ref);
  return { document, steps: document.steps.map(({ name }) => name) };
}

it('a film whose speech and text nobody wants is analysed without them, and is complete', async () => {
  const { document, steps } = await analysed('seen', { speech: 'off', text: 'off' });
  expect(document.status).toBe('complete');
  expect(document.video).toMatchObject({ speech: null, text: null });
  expect(document.video.shots.length).toBeGreaterThan(0);
  expect(steps).not.toContain('video.speech');
  expect(steps).not.toContain('video.text');
  const report = await product.cli(['result', 'video:seen']);
  expect(report.code, report.stderr).toBe(0);
});

it('what was left out is asked for later, and the rest is remembered', async () => {
  const again = await product.client.rerun(
    { kind: 'video', resourceId: 'seen' },
    { reason: 'wanted after all', params: { text: 'on' } },
  );
  const document = (await product.client.result(again)).document as VideoResult;
  const computed = document.steps.filter((step) => step.remembered_from === null).map(({ name }) => name);
  expect(document.video).toMatchObject({ speech: { status: 'ok' }, text: { status: 'ok' } });
  expect(computed).toEqual(['video.text', 'video.speech']);
});
