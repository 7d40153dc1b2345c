/** The header of a Windows or OS/2 bitmap. Nothing in it is trusted to fit the file. */
import { refusals } from './failures.ts';

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** The first row of the file is the upper one; it is the lower one of most. */
  readonly topDown: boolean;
  readonly bits: number;
  readonly packing: Packing;
  readonly pixelsAt: number;
  /** Of the coded pixels, as far as it is told: 0 where it is not. */
  readonly pixelBytes: number;
  /** Red, green, blue, three bytes each; empty above 8 bits. */
  readonly palette: Uint8Array;
  /** Which bits of a pixel are red, green and blue; null up to 8 bits and at 24. */
  readonly masks: Masks | null;
  readonly perMetre: readonly [number, number];
}

export type Packing = 'none' | 'rle4' | 'rle8';
export type Masks = readonly [red: number, green: number, blue: number];

const CORE_BYTES = 12;
const FILE_HEADER_BYTES = 14;
const [PLAIN, RLE8, RLE4, BIT_FIELDS, ALPHA_BIT_FIELDS] = [0, 1, 2, 3, 6];
const MASKS_AT = 54;
/** What the bits mean where no masks are given. */
const MASKS_OF: Readonly<Record<number, Masks>> = {
  16: [0x7c00, 0x3e0, 0x1f],
  32: [0xff0000, 0xff00, 0xff],
};

export function bmpHeader(file: Buffer): BmpHeader {
  const size = file.length < FILE_HEADER_BYTES + CORE_BYTES ? 0 : file.readUInt32LE(14);
  if (size < CORE_BYTES || file.length < FILE_HEADER_BYTES + Math.min(size, 40)) {
    throw refusals.header('BMP', 'it is cut off');
  }
  const core = size === CORE_BYTES;
  /** Headers of OS/2 may end anywhere after the first 16 bytes; what they leave out is zero. */
  const field = (at: number): number => (at + 4 <= FILE_HEADER_BYTES + size ? file.readInt32LE(at) : 0);
  const height = core ? file.readUInt16LE(20) : file.readInt32LE(22);
  const bits = file.readUInt16LE(core ? 24 : 28);
  const pixelsAt = file.readUInt32LE(10);
  const compression = core ? PLAIN : field(30);
  const packing = packingOf(compression, bits);
  if (packing === null) throw refusals.unsupported(`a bitmap (BMP) of an unusual form (${bits} bits)`);
  const paletteAt = FILE_HEADER_BYTES + size;
  const colours = core ? 0 : field(46) >>> 0;
  return {
    width: core ? file.readUInt16LE(18) : Math.max(0, file.readInt32LE(18)),
    height: Math.abs(height),
    topDown: height < 0 && packing === 'none',
    bits,
    packing,
    pixelsAt,
    pixelBytes: core ? 0 : field(34) >>> 0,
    palette: bits > 8 ? new Uint8Array(0) : paletteOf(file, paletteAt, { bits, colours, pixelsAt, core }),
    masks: compression === PLAIN || packing !== 'none' ? (MASKS_OF[bits] ?? null) : masksAt(file),
    perMetre: core ? [0, 0] : [field(38), field(42)],
  };
}

/** Null: one that nobody writes, as a JPEG within a bitmap for printers. */
function packingOf(compression: number, bits: number): Packing | null {
  if (compression === PLAIN) return [1, 2, 4, 8, 16, 24, 32].includes(bits) ? 'none' : null;
  if (compression === RLE8) return bits === 8 ? 'rle8' : null;
  if (compression === RLE4) return bits === 4 ? 'rle4' : null;
  const masked = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  return masked && (bits === 16 || bits === 32) ? 'none' : null;
}

function masksAt(file: Buffer): Masks {
  if (file.length < MASKS_AT + 12) throw refusals.header('BMP', 'it is cut off');
  return [file.readUInt32LE(MASKS_AT), file.readUInt32LE(MASKS_AT + 4), file.readUInt32LE(MASKS_AT + 8)];
}

interface PaletteForm {
  readonly bits: number;
  /** 0: as many as the bits can tell apart. */
  readonly colours: number;
  readonly pixelsAt: number;
  /** Three bytes a colour instead of four. */
  readonly core: boolean;
}

/** As many colours as the bits can tell apart: those that the file lacks are its last one. */
function paletteOf(file: Buffer, from: number, { bits, colours, pixelsAt, core }: PaletteForm): Uint8Array {
  const entry = core ? 3 : 4;
  const room = Math.floor((Math.min(pixelsAt, file.length) - from) / entry);
  const held = Math.max(0, Math.min(colours || 2 ** bits, 2 ** bits, room));
  const palette = new Uint8Array(3 * 2 ** bits);
  for (let index = 0; held > 0 && index < 2 ** bits; index++) {
    const at = from + entry * Math.min(index, held - 1);
    palette.set([file[at + 2] as number, file[at + 1] as number, file[at] as number], 3 * index);
  }
  return palette;
}
