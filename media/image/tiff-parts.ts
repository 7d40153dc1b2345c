/** Whether a TIFF file has all strips and tiles that its first directory names. */
import type { Ifd, TiffBlock } from './ifd.ts';

const TAG = {
  width: 256,
  height: 257,
  stripOffsets: 273,
  stripBytes: 279,
  planar: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
} as const;

/** 160 megapixels in tiles of 16 x 16 are 625,000. */
const MOST_PARTS = 1_000_000;
const SEPARATE_PLANES = 2;

export interface MissingParts {
  /** Null: none is missing. */
  readonly truncated: string | null;
  /** Rows above the first missing tile; null: all, or none. Decoders leave such tiles black and say nothing. */
  readonly heldRows: number | null;
}

export function missingParts(tiff: TiffBlock, { fields }: Ifd, fileBytes: number): MissingParts {
  const missing = (offsetsTag: number, bytesTag: number): readonly number[] => {
    const bytes = tiff.numbers(fields.get(bytesTag), MOST_PARTS);
    return tiff
      .numbers(fields.get(offsetsTag), MOST_PARTS)
      .flatMap((offset, index) => (offset + (bytes[index] ?? 0) > fileBytes ? [index] : []));
  };
  const tiles = missing(TAG.tileOffsets, TAG.tileBytes);
  const count = tiles.length + missing(TAG.stripOffsets, TAG.stripBytes).length;
  if (count === 0) return { truncated: null, heldRows: null };
  const single = (tag: number): number => tiff.numbers(fields.get(tag))[0] ?? 0;
  const across = Math.ceil(single(TAG.width) / single(TAG.tileWidth));
  const down = Math.ceil(single(TAG.height) / single(TAG.tileHeight));
  // Planes follow each other, each with all tiles.
  const perPlane = single(TAG.planar) === SEPARATE_PLANES ? across * down : Number.POSITIVE_INFINITY;
  const first = tiles.reduce((least, index) => Math.min(least, index % perPlane), Number.POSITIVE_INFINITY);
  const rows = Math.floor(first / across) * single(TAG.tileHeight);
  const heldRows = rows > 0 && rows < single(TAG.height) ? rows : null;
  return { truncated: `${count} of its parts are missing`, heldRows };
}
