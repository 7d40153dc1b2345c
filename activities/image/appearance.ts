/** Statistics, hashes and colours of a picture whose samples its child has left: calculated where the code is warm. */
import { extname, join } from 'node:path';
import { z } from 'zod';
import { statsSchema } from '../../kinds/image/measured.ts';
import type { Appearance, ViewsLeft } from '../../media/image/appearance-thread.ts';
import { BREAKS_DECODER_HINT } from './documents.ts';
import { type RetryClass, type StepContext, StepFailure } from '../step-context.ts';

/** 32 MB of samples; of larger pictures the child itself does it, and of those that are very long: scaling takes weights. */
const MOST_PIXELS = 8_000_000;
const MOST_SIDE_PX = 16_384;
const FILE = 'views.raw';

export const VIEWS_TO_LEAVE = { path: FILE, mostPixels: MOST_PIXELS, mostSide_px: MOST_SIDE_PX } as const;

const side = z.int().min(1);
const rasterWithin = (most: number) => z.strictObject({ width: side.max(most), height: side.max(most) });

const headerSchema = z
  .strictObject({
    pixels: z.strictObject({
      lumaSource: statsSchema.shape.luma.shape.source,
      width: side.max(MOST_SIDE_PX),
      height: side.max(MOST_SIDE_PX),
      gray: z.boolean(),
    }),
    rows: z.strictObject({ from: z.int().min(0), to: side }),
    orientation: z.int().min(1).max(8),
    small: rasterWithin(64),
    tiny: rasterWithin(32),
  })
  .refine(
    ({ pixels, rows }) =>
      pixels.width * pixels.height <= MOST_PIXELS && rows.from < rows.to && rows.to <= pixels.height,
  );

const MODULE = new URL(`../../media/image/appearance-thread${extname(import.meta.url)}`, import.meta.url);

const foundSchema = z.looseObject({
  seen: z.looseObject({ views: headerSchema.optional() }).nullable(),
});

/** What the child found, with what it left to be calculated. Throws a StepFailure where it left something else. */
export async function withAppearance(context: StepContext, found: unknown): Promise<unknown> {
  const parsed = foundSchema.safeParse(found);
  if (!parsed.success) throw notAsAgreed('poison', parsed.error);
  const { views: header, ...seen } = parsed.data.seen ?? {};
  if (!header) return found;
  const given: ViewsLeft = { path: join(context.directory, FILE), header };
  const appearance = await context.calculate<Appearance>(MODULE, given).catch((error: unknown) => {
    // It may be the thread's own end, which is nobody's fault.
    throw context.signal.aborted ? error : notAsAgreed('backoff', error);
  });
  return { ...parsed.data, seen: { ...seen, ...appearance } };
}

function notAsAgreed(retry: RetryClass, cause: unknown): StepFailure {
  return new StepFailure({
    code: 'IMAGE_CRASHED',
    message: 'The image decoder answered something that it should not.',
    hint: BREAKS_DECODER_HINT,
    retry,
    cause,
  });
}
