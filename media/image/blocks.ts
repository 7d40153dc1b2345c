/** Blocks of metadata as formats wrap them: behind a prefix, or packed. */
import { constants, inflateSync } from 'node:zlib';

export const EXIF_PREFIX = 'Exif\0\0';
export const XMP_PREFIX = 'http://ns.adobe.com/xap/1.0/\0';

/** What follows the prefix; null where the block has another beginning. */
export function afterPrefix(block: Buffer | null, prefix: string): Buffer | null {
  return block?.toString('latin1', 0, prefix.length) === prefix ? block.subarray(prefix.length) : null;
}

/** Null: damaged, or it unfolds to more. What is cut off is unfolded as far as it goes. */
export function unpacked(packed: Buffer, mostBytes: number): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: mostBytes, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}
