/** Images on the whole product: artefacts, near duplicates by client and command line, failures that are not retried. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, ImageResult } from '../../client/index.ts';
import { pngBomb } from '../support/hostile/images.ts';
import { colourDetectorV8 } from '../support/tiny-models.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const [WIDTH, HEIGHT] = [640, 480];
const shapes = (colour: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
    <rect width="640" height="480" fill="#203040"/><circle cx="200" cy="180" r="120" fill="${colour}"/>
    <rect x="380" y="220" width="180" height="200" fill="#e0d0a0"/></svg>`);

async function place(name: string, content: Buffer): Promise<string> {
  const path = join(product.files, name);
  writeFileSync(path, content);
  return path;
}

function analyse(resourceId: string, source: string): Promise<Answer<'image'>> {
  return product.client.submit('image', resourceId, { source, params: { ocr: 'off' } });
}

async function analysed(resourceId: string, source: string): Promise<ImageResult> {
  return (await product.client.result<'image'>(await analyse(resourceId, source))).document;
}

test('a smaller copy is found by its result, by the client and on the command line; a rerun, a delete and another owner are heeded', async () => {
  const { client } = product;
  const first = await place('first.png', await sharp(shapes('#c03020')).png().toBuffer());
  const copy = await place(
    'copy.jpg',
    await sharp(shapes('#c03020')).resize(300).jpeg({ quality: 60 }).toBuffer(),
  );
  const other = await place('other.png', await sharp(shapes('#c03020')).rotate(90).png().toBuffer());
  const alone = await analysed('first', first);
  expect(alone.image.near_duplicates.found).toEqual([]);
  await analysed('other', other);
  const found = await analysed('copy', copy);
  expect(found.image.near_duplicates.found?.map((one) => one.resource_id)).toEqual(['first']);
  expect(found.alerts.find(({ code }) => code === 'NEAR_DUPLICATE')).toMatchObject({
    where: 'first',
    threshold: 6,
  });

  const ref = { kind: 'image', resourceId: 'first' } as const;
  const similar = await client.similar(ref);
  expect(similar.map(({ resourceId }) => resourceId)).toEqual(['copy']);
  await expect(client.similar(ref, { withinBits: 9 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const shown = await product.cli(['similar', 'image:first', '--json']);
  expect(shown).toMatchObject({ code: 0, records: [{ resourceId: 'copy' }] });

  // What was found once may be found again: this step is never answered from memory.
  const again = await client.result<'image'>(await client.rerun(ref));
  expect(again.document.image.near_duplicates.found?.map((one) => one.resource_id)).toEqual(['copy']);
  const stranger = await product.connect({ owner: 'stranger' });
  try {
    const theirs = await stranger.submit('image', 'theirs', { source: first, params: { ocr: 'off' } });
    expect((await stranger.result<'image'>(theirs)).document.image.near_duplicates.found).toEqual([]);
  } finally {
    await stranger.close();
  }
  await client.resources.delete('copy');
  expect(await client.similar(ref)).toEqual([]);
});

test('thumbnails are artefacts of the result, and the text step says why it was skipped', async () => {
  const source = await place('large.png', await sharp(shapes('#20c060')).resize(2000).png().toBuffer());
  const answer = await product.client.submit('image', 'large', { source });
  const { document, artefacts, status } = await product.client.result<'image'>(answer);
  expect(artefacts.map(({ name }) => name).sort()).toEqual(['thumbnail-1280.jpg', 'thumbnail-320.jpg']);
  for (const { path, bytes } of artefacts) {
    const stored = join(product.embedded.dataDirectory, 'artefacts', path);
    expect(statSync(stored).size).toBe(bytes);
  }
  const ocr = document.steps.find(({ name }) => name === 'image.ocr');
  const skipped = document.image.ocr.status === 'skipped';
  expect(ocr).toMatchObject({ status: skipped ? 'skipped' : 'ok', reason: document.image.ocr.reason });
  expect(status).toBe(skipped ? 'partial' : 'complete');
});

test('objects that were asked for are skipped without a model; with one that was added meanwhile, a rerun finds them', async () => {
  const red = { create: { width: 16, height: 16, channels: 3, background: '#f00' } } as const;
  const black = sharp({ create: { width: 128, height: 64, channels: 3, background: '#000' } });
  const placed = [{ input: await sharp(red).png().toBuffer(), left: 32, top: 16 }];
  const source = await place('patch.png', await black.composite(placed).png().toBuffer());
  const params = { objects: 'on' } as const;
  const answer = await product.client.submit('image', 'patch', { source, params });
  const without = await product.client.result<'image'>(answer);
  expect(without.status).toBe('partial');
  expect(without.document.image.objects).toMatchObject({ status: 'skipped', reason: 'model_not_installed' });

  const model = await place('colours.onnx', colourDetectorV8());
  const labels = await place('labels.txt', Buffer.from('red\ngreen\n'));
  const facts = ['--name', 'colours', '--task', 'objects', '--family', 'yolov8', '--licence', 'MIT'];
  const files = ['--file', model, '--labels', labels, '--size', '64x64'];
  expect(await product.cli(['models', 'add', ...facts, ...files])).toMatchObject({ code: 0 });
  const again = await product.client.rerun({ kind: 'image', resourceId: 'patch' }, { params });
  const { document } = await product.client.result<'image'>(again);
  expect(document.image.objects).toMatchObject({ status: 'ok', labels: [{ label: 'red', objects: 1 }] });
  const measured = document.steps.find(({ name }) => name === 'image.measure');
  expect(measured?.reason).toBe('remembered from an earlier run');
});

test('a bomb fails once with its code; the worker that refused it does the next one', async () => {
  const bomb = await analyse('bomb', await place('bomb.png', pngBomb()));
  await expect(product.client.result(bomb)).rejects.toMatchObject({
    ids: { failureCode: 'IMAGE_TOO_LARGE' },
  });
  const steps = await product.client.steps(bomb);
  expect(steps.find(({ step }) => step === 'image.measure')).toMatchObject({ attempts: 1 });
  await expect(product.client.similar(bomb)).rejects.toMatchObject({ code: 'NOT_COMPARABLE' });
  const flat = sharp({ create: { width: 64, height: 64, channels: 3, background: '#444' } });
  const next = await analysed('next', await place('next.png', await flat.png().toBuffer()));
  expect(next.image.near_duplicates).toMatchObject({ found: null, reason: 'the picture is flat' });
  expect(existsSync(join(product.files, 'PWNED'))).toBe(false);
});
