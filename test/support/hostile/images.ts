/** Image files that lie, break off or blow up, made byte by byte. */
import { crc32, deflateSync } from 'node:zlib';

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const le16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

export function pngChunk(type: string, data: Buffer, crc?: number): Buffer {
  const covered = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), covered, u32(crc ?? crc32(covered))]);
}

interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bits?: number;
  readonly colour?: number;
}

function pngHeader({ width, height, bits = 8, colour = 2 }: PngHeader): Buffer {
  return pngChunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([bits, colour, 0, 0, 0])]));
}

/** `rows` as the filter bytes and pixels that are compressed. */
export function png(header: PngHeader, rows: Buffer, extra: readonly Buffer[] = []): Buffer {
  const image = pngChunk('IDAT', deflateSync(rows));
  return Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(header),
    ...extra,
    image,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A gradient with detail in it, as rows of a PNG: `bytes` a pixel. */
export function gradientRows(width: number, height: number, bytes = 3): Buffer {
  const rows = Buffer.alloc(height * (1 + width * bytes));
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0;
    for (let x = 0; x < width * bytes; x++) rows[at++] = (x * 7 + y * 3 + ((x * y) % 31)) & 255;
  }
  return rows;
}

/** 30,000 x 30,000 white pixels in a file of some kilobytes. */
export function pngBomb(): Buffer {
  const side = 30_000;
  return png({ width: side, height: side, bits: 1, colour: 0 }, Buffer.alloc(side * (1 + side / 8)));
}

/** A text that unfolds to 64 MiB. */
export function textBomb(): Buffer {
  const text = deflateSync(Buffer.alloc(64 * 1024 * 1024, 0x41));
  return pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), text]));
}

export interface TiffField {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Four bytes: the value, or its offset. */
  readonly value: Buffer;
}

/** A TIFF structure, big-endian, with one directory and bytes after it. */
export function tiffBlock(fields: readonly TiffField[], next = 0, after = Buffer.alloc(0)): Buffer {
  const entries = fields.map(({ tag, type, count, value }) =>
    Buffer.concat([u16(tag), u16(type), u32(count), value]),
  );
  return Buffer.concat([
    Buffer.from('MM\0*', 'latin1'),
    u32(8),
    u16(fields.length),
    ...entries,
    u32(next),
    after,
  ]);
}

export const short = (tag: number, value: number): TiffField => {
  return { tag, type: 3, count: 1, value: Buffer.concat([u16(value), u16(0)]) };
};

/** Puts an EXIF segment right behind the start of a JPEG. */
export function withExif(jpeg: Buffer, block: Buffer): Buffer {
  const payload = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1]), u16(payload.length + 2), payload]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** GPS with every denominator 0: the directory stands at 26, its values behind it. */
export function gpsOverZero(): Buffer {
  const gpsAt = 26;
  const valuesAt = gpsAt + 2 + 4 * 12 + 4;
  const reference = (tag: number, letter: string): Buffer =>
    Buffer.concat([u16(tag), u16(2), u32(2), Buffer.from(`${letter}\0\0\0`, 'latin1')]);
  const angle = (tag: number): Buffer => Buffer.concat([u16(tag), u16(5), u32(3), u32(valuesAt)]);
  const directory = [u16(4), reference(1, 'N'), angle(2), reference(3, 'E'), angle(4), u32(0)];
  const link = { tag: 0x8825, type: 4, count: 1, value: u32(gpsAt) };
  return tiffBlock([link], 0, Buffer.concat([...directory, Buffer.alloc(24)]));
}

/** Baseline header of the size; the picture itself is another one's. */
export function withJpegSize(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  for (let at = 2; at + 9 < copy.length; at += 2 + copy.readUInt16BE(at + 2)) {
    const marker = copy[at + 1] as number;
    if (marker < 0xc0 || marker > 0xc2) continue;
    copy.writeUInt16BE(height, at + 5);
    copy.writeUInt16BE(width, at + 7);
    return copy;
  }
  throw new Error('the JPEG has no frame header');
}

const GIF_PALETTE = Buffer.from([0, 0, 0, 255, 255, 255]);
/** One pixel, compressed. */
const GIF_PIXEL = Buffer.from([2, 2, 0x44, 1, 0]);

export function gif(canvas: readonly [number, number], frames: number): Buffer {
  const screen = Buffer.concat([le16(canvas[0]), le16(canvas[1]), Buffer.from([0x80, 0, 0])]);
  const control = Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0]);
  const frame = Buffer.concat([control, Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0]), GIF_PIXEL]);
  const trailer = Buffer.from([0x3b]);
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    screen,
    GIF_PALETTE,
    ...Array.from({ length: frames }, () => frame),
    trailer,
  ]);
}

/** A TIFF whose only directory names itself as the next, and whose resolution is 0 over 0. */
export function tiffLoop(): Buffer {
  const stripAt = 8 + 2 + 10 * 12 + 4;
  const fraction = (tag: number): TiffField => ({ tag, type: 5, count: 1, value: u32(stripAt + 256) });
  const long = (tag: number, value: number): TiffField => ({ tag, type: 4, count: 1, value: u32(value) });
  const fields = [
    long(256, 16),
    long(257, 16),
    short(258, 8),
    short(259, 1),
    short(262, 1),
    long(273, stripAt),
    short(277, 1),
    long(279, 256),
    fraction(282),
    fraction(283),
  ];
  const pixels = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  return tiffBlock(fields, 8, Buffer.concat([pixels, Buffer.alloc(8)]));
}

/** 24-bit bitmap; a negative height begins at the top. */
export function bmp(width: number, height: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54 + pixels.length, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

/** What a HEIC file begins with, and no picture. */
export function heicHeader(): Buffer {
  const brands = Buffer.from('ftypheic\0\0\0\0mif1heic', 'latin1');
  return Buffer.concat([u32(brands.length + 4), brands, u32(8), Buffer.from('meta', 'latin1')]);
}

export function svg(body: string, head = ''): Buffer {
  return Buffer.from(
    `${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">${body}</svg>`,
  );
}
