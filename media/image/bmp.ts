/** Reads a bitmap, header and pixels: the decoder of the other formats knows none. */
import { type BmpHeader, bmpHeader, type Masks } from './bmp-header.ts';
import { indexesOf } from './bmp-runs.ts';
import { EMPTY_OUTLINE, type Outline } from './outline.ts';

export function readBmp(file: Buffer): Outline {
  const header = bmpHeader(file);
  const [x, y] = header.perMetre;
  const needed = header.packing === 'none' ? stride(header) * header.height : header.pixelBytes;
  return {
    ...EMPTY_OUTLINE,
    width: header.width,
    height: header.height,
    bitDepth: depthOf(header),
    channels: 3,
    hasAlpha: false,
    colour: header.bits <= 8 ? 'palette' : 'rgb',
    progressive: false,
    truncated: header.pixelsAt + needed > file.length ? 'rows of the picture are missing' : null,
    density: x > 0 && y > 0 ? { x, y, unit: 'metre' } : null,
  };
}

const stride = ({ width, bits }: BmpHeader): number => 4 * Math.ceil((width * bits) / 32);

function depthOf({ bits, masks }: BmpHeader): number {
  if (bits <= 8) return bits;
  return masks ? Math.max(1, ...masks.map((mask) => bitsOf(mask))) : 8;
}

const bitsOf = (mask: number): number => mask.toString(2).replaceAll('0', '').length;

export interface DecodedBmp {
  /** Row by row from the top; those that the file lacks are black. */
  readonly rgb: Buffer;
  /** The rows that it has, counted from the top, `to` left out. */
  readonly held: { readonly from: number; readonly to: number };
}

export function decodeBmp(file: Buffer): DecodedBmp {
  const header = bmpHeader(file);
  const { width, height, topDown } = header;
  const rgb = Buffer.alloc(width * height * 3);
  const source = header.packing === 'none' ? plainRows(file, header) : packedRows(file, header);
  for (let row = 0; row < source.rows; row++) {
    const y = topDown ? row : height - 1 - row;
    source.write(row, rgb.subarray(y * width * 3, (y + 1) * width * 3));
  }
  const held = topDown ? { from: 0, to: source.rows } : { from: height - source.rows, to: height };
  return { rgb, held };
}

/** Rows as they follow each other in the file. */
interface RowSource {
  readonly rows: number;
  readonly write: (row: number, into: Buffer) => void;
}

function packedRows(file: Buffer, header: BmpHeader): RowSource {
  const { indexes, rows } = indexesOf(file, header);
  const { width } = header;
  const write = (row: number, into: Buffer): void => {
    for (let x = 0; x < width; x++) colour(header, indexes[row * width + x] as number, into, 3 * x);
  };
  return { rows, write };
}

function plainRows(file: Buffer, header: BmpHeader): RowSource {
  const { bits, height, masks, pixelsAt } = header;
  const bytes = stride(header);
  const whole = Math.floor(Math.max(0, file.length - pixelsAt) / bytes);
  const row = bits <= 8 ? indexedRow : masks ? maskedRow : bgrRow;
  return {
    rows: Math.min(height, whole),
    write: (index, into) => row(file, pixelsAt + index * bytes, header, into),
  };
}

function colour({ palette }: BmpHeader, index: number, into: Buffer, at: number): void {
  into[at] = palette[3 * index] as number;
  into[at + 1] = palette[3 * index + 1] as number;
  into[at + 2] = palette[3 * index + 2] as number;
}

function indexedRow(file: Buffer, from: number, header: BmpHeader, into: Buffer): void {
  const { bits, width } = header;
  const most = 2 ** bits - 1;
  for (let x = 0; x < width; x++) {
    const byte = file[from + ((x * bits) >> 3)] as number;
    colour(header, (byte >> (8 - bits - ((x * bits) & 7))) & most, into, 3 * x);
  }
}

function bgrRow(file: Buffer, from: number, { width }: BmpHeader, into: Buffer): void {
  for (let at = 0; at < 3 * width; at += 3) {
    into[at] = file[from + at + 2] as number;
    into[at + 1] = file[from + at + 1] as number;
    into[at + 2] = file[from + at] as number;
  }
}

function maskedRow(file: Buffer, from: number, { width, bits, masks }: BmpHeader, into: Buffer): void {
  const channels = (masks as Masks).map((mask) => channelOf(mask));
  for (let x = 0; x < width; x++) {
    const value = bits === 16 ? file.readUInt16LE(from + 2 * x) : file.readUInt32LE(from + 4 * x);
    for (let index = 0; index < 3; index++) {
      const { mask, shift, scale } = channels[index] as Channel;
      into[3 * x + index] = Math.round((((value & mask) >>> shift) >>> 0) * scale);
    }
  }
}

interface Channel {
  readonly mask: number;
  readonly shift: number;
  /** To 255 from the largest value that fits the mask; 0 for an empty one. */
  readonly scale: number;
}

function channelOf(mask: number): Channel {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return { mask, shift, scale: most === 0 ? 0 : 255 / most };
}
