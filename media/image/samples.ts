/**
 * Pixels that are no bytes of brightness: measured values in floating point, with a sign or with 32 bits, as TIFF files
 * of cameras, microscopes and maps hold them. They are made bytes here, by a rule that is told with the result.
 */
import type { Sharp } from 'sharp';
import { refusals } from './failures.ts';
import type { ImageLimits } from './job.ts';
import type { Outline } from './outline.ts';
import { byteOfLight } from './srgb.ts';

export type SampleKind = 'float' | 'signed' | 'unsigned';

export interface Samples {
  readonly kind: SampleKind;
  /** Of the numbers in the picture; null where it has none. */
  readonly least: number | null;
  readonly greatest: number | null;
  /**
   * `light`: 0 is black and 1 is white, and colours are linear light; `as_is`: as bytes; `stretched`: the least is
   * black, the greatest is white.
   */
  readonly shown: 'light' | 'as_is' | 'stretched';
}

interface Numbers {
  readonly data: Buffer;
  readonly channels: number;
}

/** Four bytes a sample, beside the three and the luma of each pixel. */
const MOST_SAMPLE_BYTES = 1024 * 1024 * 1024;

export function checkSize({ width, height, channels }: Outline, limits: ImageLimits): void {
  const most = Math.min(limits.pixels, Math.floor(MOST_SAMPLE_BYTES / (4 * (channels ?? 1))));
  if (width * height <= most) return;
  throw refusals.tooLarge(`${width} x ${height} pixels that are no bytes`, `${most / 1e6} megapixels`);
}

/** Half floats and signed words of one channel would be cut at zero: they are read as words and interpreted here. */
export function areReadAsWords({ colour, bitDepth }: Outline): boolean {
  return colour === 'gray' && bitDepth === 16;
}

/** The samples as they are: no space of colours is left for another. */
export function asNumbers(image: Sharp, outline: Outline, kind: SampleKind): Sharp {
  if (areReadAsWords(outline)) return image.toColourspace('grey16').raw({ depth: 'ushort' });
  const ofColours = kind === 'float' ? 'scrgb' : 'srgb';
  return image
    .toColourspace(outline.colour === 'gray' ? 'b-w' : ofColours)
    .raw({ depth: formOf(outline, kind).depth });
}

/** Whole numbers of 32 bits are more than a float holds. */
function formOf({ bitDepth }: Outline, kind: SampleKind) {
  if (kind === 'float' || bitDepth !== 32) return { depth: 'float', View: Float32Array } as const;
  return kind === 'signed'
    ? ({ depth: 'int', View: Int32Array } as const)
    : ({ depth: 'uint', View: Uint32Array } as const);
}

/** Bytes of one channel, or of three. What is no number is black. */
export function asBytes(
  numbers: Numbers,
  outline: Outline,
  kind: SampleKind,
): { readonly data: Buffer; readonly channels: 1 | 3; readonly samples: Samples } {
  const values = valuesOf(numbers.data, outline, kind);
  const channels = numbers.channels < 3 ? 1 : 3;
  const colours = { values, of: numbers.channels, channels } as const;
  const range = rangeOf(colours, outline.noData);
  const shown = shownBy(range, kind, channels);
  const samples = { kind, least: range?.least ?? null, greatest: range?.greatest ?? null, shown };
  return { data: bytesOf(colours, byteOf(samples, channels), outline.noData), channels, samples };
}

type Values = Float32Array | Int16Array | Int32Array | Uint32Array;

function valuesOf({ buffer, byteOffset, length }: Buffer, outline: Outline, kind: SampleKind): Values {
  const { View } = formOf(outline, kind);
  if (!areReadAsWords(outline)) return new View(buffer as ArrayBuffer, byteOffset, length / 4);
  if (kind === 'signed') return new Int16Array(buffer, byteOffset, length / 2);
  const [words, halves] = [new Uint16Array(buffer, byteOffset, length / 2), allHalves()];
  return Float32Array.from(words, (word) => halves[word] as number);
}

/** Each word as the number in IEEE 754's half precision: sign, five bits of exponent, ten of fraction. */
function allHalves(): Float32Array {
  return Float32Array.from({ length: 65_536 }, (_, word) => {
    const [sign, exponent, fraction] = [word >> 15, (word >> 10) & 31, word & 1023];
    if (exponent === 31) return fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    return sign === 1 ? -size : size;
  });
}

interface Colours {
  readonly values: Values;
  /** Channels of the values, of which the first ones are colours. */
  readonly of: number;
  readonly channels: 1 | 3;
}

interface Range {
  readonly least: number;
  readonly greatest: number;
  /** Above 1, which is white in linear light. */
  readonly beyondWhite: number;
}

function rangeOf({ values, of, channels }: Colours, noData: number | null): Range | null {
  let [least, greatest, above] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let at = 0; at < values.length; at += of) {
    for (let channel = 0; channel < channels; channel++) {
      const value = values[at + channel] as number;
      if (!Number.isFinite(value) || value === noData) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      if (value > 1) above += 1;
    }
  }
  return least > greatest
    ? null
    : { least, greatest, beyondWhite: (above * of) / (values.length * channels) };
}

/** Lights of a photograph may be brighter than white; where half of it is, its numbers mean something else. */
const MOST_BEYOND_WHITE = 0.5;

function shownBy(range: Range | null, kind: SampleKind, channels: 1 | 3): Samples['shown'] {
  if (range === null || kind !== 'float') return 'stretched';
  const { least, greatest, beyondWhite } = range;
  const lights = channels === 3 ? beyondWhite <= MOST_BEYOND_WHITE : least >= 0 && greatest <= 1;
  if (lights) return 'light';
  return least >= 0 && greatest > 127 && greatest <= 255 ? 'as_is' : 'stretched';
}

function byteOf({ least, greatest, shown }: Samples, channels: 1 | 3): (value: number) => number {
  if (shown === 'as_is') return (value) => value;
  if (shown === 'light') return channels === 3 ? byteOfLight : (value) => value * 255;
  const from = least ?? 0;
  const span = (greatest ?? 0) - from;
  return span > 0 ? (value) => ((value - from) / span) * 255 : () => 0;
}

function bytesOf(
  { values, of, channels }: Colours,
  byte: (value: number) => number,
  noData: number | null,
): Buffer {
  const bytes = new Uint8ClampedArray((values.length / of) * channels);
  for (let from = 0, to = 0; from < values.length; from += of) {
    for (let channel = 0; channel < channels; channel++) {
      const value = values[from + channel] as number;
      bytes[to++] = Number.isFinite(value) && value !== noData ? byte(value) : 0;
    }
  }
  return Buffer.from(bytes.buffer);
}
