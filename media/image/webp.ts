/** Reads the chunks of a WebP file. */
import { afterPrefix, EXIF_PREFIX } from './blocks.ts';
import { refusals } from './failures.ts';
import { EMPTY_OUTLINE, type Outline } from './outline.ts';

const MOST_CHUNKS = 500_000;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
}

export function readWebp(file: Buffer, mostFrames: number): Outline {
  if (file.length < 20) throw refusals.header('WebP', 'it is cut off');
  const declaredEnd = 8 + file.readUInt32LE(4);
  const chunks = chunksOf(file.subarray(0, declaredEnd));
  const canvas = canvasOf(chunks);
  if (!canvas) throw refusals.header('WebP', 'it describes no picture');
  const frames = chunks.filter(({ type, data }) => type === 'ANMF' && data.length >= 16).slice(0, mostFrames);
  const animation = dataOf(chunks, 'ANIM');
  const animated = animation !== null && animation.length >= 6;
  const exif = dataOf(chunks, 'EXIF');
  return {
    ...EMPTY_OUTLINE,
    ...canvas,
    bitDepth: 8,
    channels: canvas.hasAlpha ? 4 : 3,
    colour: dataOf(chunks, 'VP8L') || animated ? 'rgb' : 'ycbcr',
    progressive: false,
    animation: {
      frames: animated ? Math.max(1, frames.length) : 1,
      pages: 1,
      duration_s: animated ? frames.reduce((sum, { data }) => sum + data.readUIntLE(12, 3), 0) / 1000 : null,
      loop: animated ? animation.readUInt16LE(4) : null,
    },
    truncated: declaredEnd > file.length ? 'it says that it is longer than it is' : null,
    trailingBytes: Math.max(0, file.length - declaredEnd - (declaredEnd % 2)),
    exif: afterPrefix(exif, EXIF_PREFIX) ?? exif,
    xmp: dataOf(chunks, 'XMP '),
    icc: dataOf(chunks, 'ICCP'),
  };
}

function chunksOf(file: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= file.length; ) {
    if (chunks.length === MOST_CHUNKS) throw refusals.parts('WebP');
    const length = file.readUInt32LE(at + 4);
    chunks.push({ type: file.toString('latin1', at, at + 4), data: file.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function dataOf(chunks: readonly Chunk[], wanted: string): Buffer | null {
  return chunks.find(({ type }) => type === wanted)?.data ?? null;
}

function canvasOf(chunks: readonly Chunk[]): Canvas | null {
  const extended = dataOf(chunks, 'VP8X');
  if (extended && extended.length >= 10) {
    return {
      width: 1 + extended.readUIntLE(4, 3),
      height: 1 + extended.readUIntLE(7, 3),
      hasAlpha: ((extended[0] as number) & 0x10) !== 0,
    };
  }
  const lossless = dataOf(chunks, 'VP8L');
  if (lossless && lossless.length >= 5 && lossless[0] === 0x2f) {
    const bits = lossless.readUInt32LE(1);
    return {
      width: 1 + (bits & 0x3fff),
      height: 1 + ((bits >>> 14) & 0x3fff),
      hasAlpha: ((bits >>> 28) & 1) === 1,
    };
  }
  const lossy = dataOf(chunks, 'VP8 ');
  if (!lossy || lossy.length < 10) return null;
  return {
    width: lossy.readUInt16LE(6) & 0x3fff,
    height: lossy.readUInt16LE(8) & 0x3fff,
    hasAlpha: false,
  };
}
