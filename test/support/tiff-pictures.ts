/** TIFF files of plain samples, made byte by byte, as sharp writes none. */
import { short, tiffBlock, type TiffField } from './hostile/images.ts';

const [FLOAT, SIGNED, UNSIGNED] = [3, 2, 1];

export interface SampleForm {
  readonly kind: 'float' | 'signed' | 'unsigned';
  readonly bits: 8 | 16 | 32 | 64;
  readonly channels?: 1 | 3;
  readonly compression?: number;
  readonly more?: readonly TiffField[];
}

/** `values` row by row, of one strip. Half floats are given as the words that hold them. */
export function tiffOf(width: number, values: readonly number[], form: SampleForm): Buffer {
  const { kind, bits, channels = 1, compression = 1, more = [] } = form;
  const data = samplesOf(values, form);
  const height = values.length / width / channels;
  const format = { float: FLOAT, signed: SIGNED, unsigned: UNSIGNED }[kind];
  const count = 10 + more.length;
  const fields = [
    short(256, width),
    short(257, height),
    short(258, bits),
    short(259, compression),
    short(262, channels === 1 ? 1 : 2),
    short(273, 8 + 2 + 12 * count + 4),
    short(277, channels),
    short(278, height),
    { tag: 279, type: 4, count: 1, value: longOf(data.length) },
    short(339, format),
    ...more,
  ];
  return tiffBlock(fields, 0, Buffer.from(data));
}

function longOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function samplesOf(values: readonly number[], { kind, bits }: SampleForm): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer((values.length * bits) / 8));
  for (const [index, value] of values.entries()) {
    const at = (index * bits) / 8;
    if (bits === 8) view.setInt8(at, value);
    else if (bits === 16) view.setInt16(at, value);
    else if (bits === 64) view.setFloat64(at, value);
    else if (kind === 'float') view.setFloat32(at, value);
    else view.setInt32(at, value);
  }
  return new Uint8Array(view.buffer);
}
