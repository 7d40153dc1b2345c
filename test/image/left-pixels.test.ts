/** What measuring leaves for reading the text, on the whole product: taken once, never needed, gone afterwards. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageParams } from '../../kinds/image/params.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
let photo: string;
beforeAll(async () => {
  product = await startProduct();
  photo = join(product.files, 'photo.jpg');
  const words = '<text x="40" y="120" font-size="64" fill="#102030">Read me once 2026</text>';
  const drawn = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">
    <rect width="1200" height="800" fill="#f0f0e8"/><circle cx="800" cy="500" r="200" fill="#c03020"/>${words}</svg>`);
  writeFileSync(photo, await sharp(drawn).jpeg().toBuffer());
});
afterAll(() => product.stop());

async function read(resourceId: string, source: string, params: ImageParams, priority = 3) {
  const answer = await product.client.submit('image', resourceId, { source, params, priority });
  const { document } = await product.client.result<'image'>(answer);
  return { lines: document.image.ocr.lines, status: document.image.ocr.status, ...answer };
}

const decoders = () => product.childrenStarted(/sharp pixels/);

function leftBehind(): readonly string[] {
  const attempts = join(product.embedded.dataDirectory, 'attempts');
  return readdirSync(attempts, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /left|pixels|rgb/.test(path),
  );
}

test('a photo is decoded by one child; where its measures are remembered by two, which read the same', async () => {
  const first = await read('photo', photo, { ocr: 'on' });
  expect([first.status, decoders()]).toEqual(['ok', 0]);
  expect(leftBehind()).toEqual([]);
  const again = await read('photo', photo, { ocr: 'on', ocr_min_confidence: 0.45 });
  expect(decoders()).toBe(1);
  expect(again.lines).toEqual(first.lines);
  expect(leftBehind()).toEqual([]);
});

test('pictures that are turned, converted or transparent are read from what is left as from their files', async () => {
  const picture = sharp(photo);
  const forms = {
    'turned.jpg': await picture.clone().rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer(),
    'wide.jpg': await picture.clone().withIccProfile('p3').jpeg().toBuffer(),
    'clear.png': await picture.clone().ensureAlpha(0.6).png().toBuffer(),
    'grey.webp': await picture.clone().greyscale().webp().toBuffer(),
  };
  for (const [name, bytes] of Object.entries(forms)) {
    const path = join(product.files, name);
    writeFileSync(path, bytes);
    const before = decoders();
    const left = await read(name, path, { ocr: 'on' });
    expect(decoders(), name).toBe(before);
    const decoded = await read(name, path, { ocr: 'on', ocr_min_confidence: 0.45 });
    expect(decoders(), name).toBe(before + 1);
    expect(decoded.lines, name).toEqual(left.lines);
  }
});

test('nothing is left where nobody reads text', async () => {
  const before = product.childrenStarted(/sharp image/);
  await read('unread', photo, { ocr: 'off' });
  expect(product.childrenStarted(/sharp image/) - before).toBe(1);
  expect(leftBehind()).toEqual([]);
});

test('steps that continue a run go one level ahead of those that begin it', async () => {
  for (const [priority, ahead] of [
    [3, 2],
    [1, 1],
  ] as const) {
    const path = join(product.files, `priority-${priority}.png`);
    writeFileSync(
      path,
      await sharp(photo)
        .resize(300 + priority)
        .png()
        .toBuffer(),
    );
    const { workflowId } = await read(`priority-${priority}`, path, { ocr: 'on' }, priority);
    const { events } = await product.temporal.workflow.getHandle(workflowId).fetchHistory();
    const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: one }) =>
      one ? [[one.activityType?.name, one.priority?.priorityKey] as const] : [],
    );
    const keys = Object.fromEntries(scheduled);
    expect([keys['image.ocr'], keys['image.result']]).toEqual([ahead, ahead]);
    expect([0, priority]).toContain(keys['image.measure'] ?? 0);
  }
});
