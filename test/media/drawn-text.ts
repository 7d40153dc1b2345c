/** Pages that tests draw, and what the real models in the real sandbox read in them. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import { type ImageText, readText, type TextFound } from '../../activities/inference/text.ts';
import { inStep } from './infer-in-test.ts';
import { makeDirectory } from './sandboxed.ts';

export interface Word {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour?: string;
  readonly turn?: number;
}

export interface Page {
  readonly width: number;
  readonly height: number;
  readonly ground?: string;
}

/** Needs a font: tests that draw text are left out where the machine has none. */
export const hasFont = /\S/.test(spawnSync('fc-list', [], { encoding: 'utf8' }).stdout ?? '');
/** Seconds on an idle machine; other tests run beside it. */
export const SLOW_MS = 120_000;

export function page({ width, height, ground = '#fff' }: Page, ...words: readonly Word[]): Sharp {
  const texts = words.map(
    ({ text, x, y, size, colour = '#000', turn = 0 }) =>
      `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${colour}" transform="rotate(${turn} ${x} ${y})">${text}</text>`,
  );
  const ruled = `<rect width="100%" height="100%" fill="${ground}"/>${texts.join('')}`;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${ruled}</svg>`),
  );
}

/** Re-encoded, so that what follows applies to pixels. */
export async function pixelsOf(image: Sharp): Promise<Sharp> {
  return sharp(await image.png().toBuffer());
}

export async function read(
  images: Readonly<Record<string, Buffer>>,
): Promise<Readonly<Record<string, ImageText>>> {
  const directory = makeDirectory();
  const files = Object.entries(images).map(([id, bytes]) => {
    writeFileSync(join(directory, id), bytes);
    return { id, path: join(directory, id) };
  });
  const found = (await inStep((context) => readText(context, files))) as TextFound;
  expect(found.images.map(({ id }) => id)).toEqual(files.map(({ id }) => id));
  return Object.fromEntries(found.images.map((image) => [image.id, image]));
}
