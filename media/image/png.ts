/** Reads the chunks of a PNG file, checks each one's CRC, and looks at animation and metadata. */
import { crc32 } from 'node:zlib';
import { afterPrefix, EXIF_PREFIX, unpacked } from './blocks.ts';
import { refusals } from './failures.ts';
import { pngText } from './png-text.ts';
import { type Animation, type Density, EMPTY_OUTLINE, type Outline, STILL } from './outline.ts';

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  readonly crcHolds: boolean;
}

const COLOURS: Readonly<Record<number, readonly [Outline['colour'], number, boolean]>> = {
  0: ['gray', 1, false],
  2: ['rgb', 3, false],
  3: ['palette', 3, false],
  4: ['gray', 2, true],
  6: ['rgb', 4, true],
};
/** Profiles are some kilobytes; what unfolds to more than this is none. */
const MOST_PROFILE_BYTES = 8 * 1024 * 1024;
const MOST_DAMAGE = 5;
/** 160 megapixels in chunks of 8 kB are 60,000. */
const MOST_CHUNKS = 500_000;

export function readPng(file: Buffer): Outline {
  const { chunks, end, lost } = chunksOf(file);
  const header = chunks[0];
  if (header?.type !== 'IHDR' || header.data.length < 13) {
    throw refusals.header('PNG', 'it does not begin with IHDR');
  }
  const [colour, channels, hasAlpha] = COLOURS[header.data[9] as number] ?? [null, null, null];
  if (colour === null) throw refusals.header('PNG', `its colour type ${header.data[9]} does not exist`);
  const transparent = chunks.some(({ type }) => type === 'tRNS');
  const text = pngText(chunks);
  const exif = dataOf(chunks, 'eXIf');
  // As JPEG has it, which the standard of PNG forbids: some programs write it so, and decoders pass it over.
  const prefixed = afterPrefix(exif, EXIF_PREFIX);
  return {
    ...EMPTY_OUTLINE,
    width: header.data.readUInt32BE(0),
    height: header.data.readUInt32BE(4),
    bitDepth: header.data[8] as number,
    channels: (channels ?? 0) + (transparent ? 1 : 0),
    hasAlpha: hasAlpha === true || transparent,
    colour,
    progressive: header.data[12] === 1,
    animation: animationOf(chunks),
    truncated: end === null ? 'the end chunk is missing' : null,
    trailingBytes: end === null ? 0 : file.length - end,
    damage: [...wrongSums(chunks), ...lost].slice(0, MOST_DAMAGE),
    density: densityOf(dataOf(chunks, 'pHYs')),
    exif: prefixed ?? exif ?? text.exif,
    exifIsHidden: exif === null || prefixed !== null,
    xmp: text.xmp,
    iptc: text.iptc,
    texts: text.entries,
    icc: profileOf(dataOf(chunks, 'iCCP')),
  };
}

function wrongSums(chunks: readonly Chunk[]): readonly string[] {
  return chunks
    .filter(({ crcHolds }) => !crcHolds)
    .map(({ type }) => `the CRC of chunk ${type} does not match`);
}

function densityOf(data: Buffer | null): Density | null {
  if (!data || data.length < 9) return null;
  return { x: data.readUInt32BE(0), y: data.readUInt32BE(4), unit: data[8] === 1 ? 'metre' : 'none' };
}

const TYPE = /^[A-Za-z]{4}$/;

/** `end` is null when there is no IEND; `lost` says where the chain of chunks breaks. */
function chunksOf(file: Buffer): {
  readonly chunks: readonly Chunk[];
  readonly end: number | null;
  readonly lost: readonly string[];
} {
  const chunks: Chunk[] = [];
  let at = 8;
  while (at + 12 <= file.length) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const to = at + 12 + length;
    if (chunks.length === MOST_CHUNKS) throw refusals.parts('PNG');
    if (!TYPE.test(type)) return { chunks, end: null, lost: [`no chunk begins at ${at}`] };
    if (to > file.length) {
      // Its beginning may still hold rows of the picture.
      chunks.push({ type, data: file.subarray(at + 8), crcHolds: true });
      return { chunks, end: null, lost: [] };
    }
    const covered = file.subarray(at + 4, to - 4);
    chunks.push({ type, data: covered.subarray(4), crcHolds: crc32(covered) === file.readUInt32BE(to - 4) });
    if (type === 'IEND') return { chunks, end: to, lost: [] };
    at = to;
  }
  return { chunks, end: null, lost: [] };
}

function dataOf(chunks: readonly Chunk[], wanted: string): Buffer | null {
  return chunks.find(({ type }) => type === wanted)?.data ?? null;
}

function animationOf(chunks: readonly Chunk[]): Animation {
  const control = dataOf(chunks, 'acTL');
  if (!control || control.length < 8) return STILL;
  const delays = chunks
    .filter(({ type, data }) => type === 'fcTL' && data.length >= 24)
    .map(({ data }) => data.readUInt16BE(20) / (data.readUInt16BE(22) || 100));
  return {
    frames: Math.max(1, delays.length),
    pages: 1,
    duration_s: delays.reduce((sum, delay) => sum + delay, 0),
    loop: control.readUInt32BE(4),
  };
}

function profileOf(data: Buffer | null): Buffer | null {
  const name = data?.indexOf(0) ?? -1;
  return !data || name < 0 ? null : unpacked(data.subarray(name + 2), MOST_PROFILE_BYTES);
}
