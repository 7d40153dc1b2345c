/** Reads a Windows bitmap, header and pixels: the decoder of the other formats knows none. */
import { refusals } from './failures.ts';
import { EMPTY_OUTLINE, type Outline } from './outline.ts';

interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly pixelsAt: number;
  readonly paletteAt: number;
  readonly colours: number;
  readonly perMetre: readonly [number, number];
}

const RGB = 0;
const BIT_FIELDS = 3;

function headerOf(file: Buffer): Header {
  if (file.length < 54) throw refusals.header('BMP', 'it is cut off');
  const size = file.readUInt32LE(14);
  if (size < 40) throw refusals.unsupported('an OS/2 bitmap');
  const height = file.readInt32LE(22);
  const bits = file.readUInt16LE(28);
  return {
    width: Math.max(0, file.readInt32LE(18)),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression: file.readUInt32LE(30),
    pixelsAt: file.readUInt32LE(10),
    paletteAt: 14 + size,
    colours: bits > 8 ? 0 : Math.min(file.readUInt32LE(46) || 2 ** bits, 256),
    perMetre: [file.readInt32LE(38), file.readInt32LE(42)],
  };
}

export function readBmp(file: Buffer): Outline {
  const header = headerOf(file);
  const needed = header.pixelsAt + stride(header) * header.height;
  const [x, y] = header.perMetre;
  return {
    ...EMPTY_OUTLINE,
    width: header.width,
    height: header.height,
    bitDepth: header.bits >= 16 ? 8 : header.bits,
    channels: 3,
    hasAlpha: false,
    colour: header.bits <= 8 ? 'palette' : 'rgb',
    progressive: false,
    truncated: header.compression === RGB && needed > file.length ? 'rows of the picture are missing' : null,
    density: x > 0 && y > 0 ? { x, y, unit: 'metre' } : null,
  };
}

const stride = ({ width, bits }: Header): number => 4 * Math.ceil((width * bits) / 32);

/** RGB, row by row from the top. Rows that the file lacks stay black. */
export function decodeBmp(file: Buffer): Buffer {
  const header = headerOf(file);
  const { width, height, topDown, bits, compression } = header;
  const plain = compression === RGB || (compression === BIT_FIELDS && bits === 32 && usualMasks(file));
  if (!plain || ![1, 4, 8, 24, 32].includes(bits)) throw refusals.unsupported('a packed bitmap (BMP)');
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = header.pixelsAt + stride(header) * (topDown ? y : height - 1 - y);
    if (row + stride(header) > file.length) continue;
    for (let x = 0, to = y * width * 3; x < width; x++, to += 3) {
      const from = bits <= 8 ? paletteEntry(file, header, row, x) : row + (x * bits) / 8;
      pixels[to] = file[from + 2] ?? 0;
      pixels[to + 1] = file[from + 1] ?? 0;
      pixels[to + 2] = file[from] ?? 0;
    }
  }
  return pixels;
}

function paletteEntry(file: Buffer, { bits, paletteAt, colours }: Header, row: number, x: number): number {
  const byte = file[row + ((x * bits) >> 3)] as number;
  const index = (byte >> (8 - bits - ((x * bits) & 7))) & (2 ** bits - 1);
  return paletteAt + 4 * Math.min(index, colours - 1);
}

/** Blue, green, red, one byte each. */
function usualMasks(file: Buffer): boolean {
  return file.toString('hex', 54, 66) === '0000ff0000ff0000ff000000';
}
