/** Images of the same owner that look nearly the same, by what the ledger holds now. */
import { EXPOSURE } from '../../kinds/image/exposure.ts';
import type { Measured } from '../../kinds/image/measured.ts';
import type { ImageSection } from '../../kinds/image/result.ts';
import type { StepContext } from '../step-context.ts';

const MOST_LISTED = 50;
const METHOD =
  'Hamming distance of the perceptual hashes (ImageHash phash) of the pictures as they are meant to be seen, among ' +
  'the standing results of the same owner when this one was written; all within 7 bits are found';

export interface Hashes {
  readonly phash64: string;
  readonly dhash64: string;
}

/** What an image is found by; null with the reason where it has nothing of the sort. */
export function comparableHashes({ seen }: Measured): {
  readonly hashes: Hashes | null;
  readonly reason: string | null;
} {
  if (!seen) return { hashes: null, reason: 'the pixels could not be decoded' };
  // Of an even surface the hash is noise, and all even surfaces would look alike.
  if (seen.stats.luma.std < EXPOSURE.flatStd) return { hashes: null, reason: 'the picture is flat' };
  return { hashes: { phash64: seen.hashes.upright_phash64, dhash64: seen.hashes.dhash64 }, reason: null };
}

export async function nearDuplicates(
  context: StepContext,
  measured: Measured,
  withinBits: number,
): Promise<ImageSection['near_duplicates']> {
  const { hashes, reason } = comparableHashes(measured);
  const told = { within_bits: withinBits, method: METHOD };
  if (!hashes) return { ...told, found: null, reason, more: false };
  const similar = await context.similarImages({ ...hashes, withinBits, limit: MOST_LISTED + 1 });
  return {
    ...told,
    found: similar.slice(0, MOST_LISTED).map((one) => ({
      resource_id: one.resourceId,
      distance_bits: one.distanceBits,
      dhash_distance_bits: one.dhashDistanceBits,
    })),
    reason: null,
    more: similar.length > MOST_LISTED,
  };
}
