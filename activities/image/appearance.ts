/** Statistics, hashes and colours of a picture whose samples its child has left: calculated where the code is warm. */
import { extname, join } from 'node:path';
import { z } from 'zod';
import type { Appearance, SamplesLeft } from '../../media/image/appearance-thread.ts';
import type { StepContext } from '../step-context.ts';

/** 32 MB of samples; of larger pictures the child itself does it. */
const MOST_PIXELS = 8_000_000;
const FILE = 'views.raw';

export const VIEWS_TO_LEAVE = { path: FILE, mostPixels: MOST_PIXELS } as const;

const side = z.int().min(1);
const rasterWithin = (most: number) => z.strictObject({ width: side.max(most), height: side.max(most) });

const headerSchema = z
  .strictObject({
    pixels: z.strictObject({
      lumaSource: z.enum(['stored', 'BT.601']),
      width: side,
      height: side,
      gray: z.boolean(),
    }),
    rows: z.strictObject({ from: z.int().min(0), to: side }),
    orientation: z.int().min(1).max(8),
    small: rasterWithin(64),
    tiny: rasterWithin(32),
  })
  .refine(({ pixels, rows }) => pixels.width * pixels.height <= MOST_PIXELS && rows.to <= pixels.height);

const MODULE = new URL(`../../media/image/appearance-thread${extname(import.meta.url)}`, import.meta.url);

/** What the child found, with what it left to be calculated. */
export async function withAppearance(context: StepContext, found: unknown): Promise<unknown> {
  const { seen } = found as { readonly seen?: { readonly views?: unknown } | null };
  if (!seen?.views) return found;
  const { views, ...rest } = seen;
  const given: SamplesLeft = { path: join(context.directory, FILE), header: headerSchema.parse(views) };
  return { ...(found as object), seen: { ...rest, ...(await context.calculate<Appearance>(MODULE, given)) } };
}
