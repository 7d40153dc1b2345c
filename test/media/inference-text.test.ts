/** Text, read by the real models in the real sandbox, from images that the test draws. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readText, type TextFound, type TextOptions } from '../../activities/inference/text.ts';
import { runStep } from '../../tools/step-runner.ts';
import { makeDirectory } from './sandboxed.ts';

async function textIn(paths: readonly string[], options: TextOptions = {}): Promise<TextFound> {
  const { document } = await runStep(
    async (context) => ({
      value: null,
      document: await readText(context, paths.map((path) => ({ id: path.split('/').at(-1) as string, path })), options),
    }),
    paths[0] as string,
    null,
    { digest: 'left-out' },
  );
  return document as TextFound;
}
const svg = (w: number, h: number, body: string, bg = '#fff') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><rect width="100%" height="100%" fill="${bg}"/>${body}</svg>`);
it('x', async () => {
  const d = makeDirectory();
  const t = (x: number, y: number, s: number, text: string, extra = '') => `<text x="${x}" y="${y}" font-family="DejaVu Sans" font-size="${s}" ${extra}>${text}</text>`;
  const cases: Record<string, Buffer> = {
    'plain.png': await sharp(svg(800, 300, t(40, 80, 40, 'Hello durable world') + t(40, 160, 28, 'Invoice 2026-11-27 total 1,234.50 EUR') + t(40, 230, 20, 'the quick brown fox jumps over the lazy dog'))).png().toBuffer(),
    'low.png': await sharp(svg(800, 120, t(40, 80, 40, 'Low contrast text', 'fill="#777"'), '#999')).png().toBuffer(),
    'rot20.png': await sharp(svg(800, 500, t(100, 300, 40, 'Tilted line of text', 'transform="rotate(-20 100 300)"'))).png().toBuffer(),
    'upside.png': await sharp(svg(800, 120, t(40, 80, 40, 'Standing on its head'))).rotate(180).png().toBuffer(),
    'right.png': await sharp(svg(800, 120, t(40, 80, 40, 'Read me downwards'))).rotate(90).png().toBuffer(),
    'left.png': await sharp(svg(800, 120, t(40, 80, 40, 'Read me upwards'))).rotate(270).png().toBuffer(),
    'exif.jpg': await sharp(await sharp(svg(800, 120, t(40, 80, 40, 'Turned by its tag'))).rotate(270).png().toBuffer()).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'empty.png': await sharp(svg(800, 300, '')).png().toBuffer(),
    'tiny.png': await sharp(svg(120, 24, t(4, 18, 16, 'Small label'))).png().toBuffer(),
    'big.png': await sharp(svg(3000, 2000, t(300, 900, 200, 'GIANT LETTERS') + t(100, 1900, 48, 'and a small footer line'))).png().toBuffer(),
    'dark.png': await sharp(svg(800, 120, t(40, 80, 40, 'White on black', 'fill="#fff"'), '#000')).png().toBuffer(),
    'grey.jpg': await sharp(svg(800, 120, t(40, 80, 40, 'Single channel'))).greyscale().jpeg().toBuffer(),
    'one.png': await sharp(svg(1, 1, '')).png().toBuffer(),
    'bad.png': Buffer.from('not an image at all'),
  };
  const paths = Object.entries(cases).map(([n, b]) => { writeFileSync(join(d, n), b); return join(d, n); });
  const t0 = performance.now();
  const found = await textIn(paths);
  console.log(performance.now() - t0, found.provider, found.inference_s, found.batch);
  for (const i of found.images) console.log(i.id, i.unreadable, i.confidence, JSON.stringify(i.lines.map(l => [l.text, l.confidence, l.box.join(' ')])));
  expect(1).toBe(1);
});
