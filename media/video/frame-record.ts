/**
 * The two binary forms of what is measured of frames, little-endian.
 *
 * From the measuring child: 8 x int32 a frame, the sums. In the artefact of a chunk: 40 bytes a frame, the same with
 * its presentation time and flags.
 */
import type { FrameSums } from './frame-measure.ts';

export const SUMS_BYTES = 32;
export const RECORD_BYTES = 40;

export interface FrameRecord extends FrameSums {
  /** Presentation time in ticks of the stream's time base. */
  readonly pts: number;
  readonly black: boolean;
  readonly frozen: boolean;
}

export function writeSums(sums: FrameSums, view: DataView, at: number): void {
  const { hueChange, saturationChange, valueChange, luma, saturation, motion, signature } = sums;
  [hueChange, saturationChange, valueChange, luma, saturation, motion, signature].forEach((value, index) => {
    view.setInt32(at + 4 * index, value, true);
  });
  view.setUint8(at + 28, sums.lumaMin);
  view.setUint8(at + 29, sums.lumaMax);
  view.setUint16(at + 30, 0, true);
}

export function readSums(view: DataView, at: number): FrameSums {
  const value = (index: number): number => view.getInt32(at + 4 * index, true);
  return {
    hueChange: value(0),
    saturationChange: value(1),
    valueChange: value(2),
    luma: value(3),
    saturation: value(4),
    motion: value(5),
    signature: value(6),
    lumaMin: view.getUint8(at + 28),
    lumaMax: view.getUint8(at + 29),
  };
}

const BLACK = 1;
const FROZEN = 2;

export function writeRecord(record: FrameRecord, view: DataView, at: number): void {
  view.setFloat64(at, record.pts, true);
  writeSums(record, view, at + 8);
  view.setUint8(at + 38, (record.black ? BLACK : 0) | (record.frozen ? FROZEN : 0));
}

export function readRecord(view: DataView, at: number): FrameRecord {
  const flags = view.getUint8(at + 38);
  return {
    pts: view.getFloat64(at, true),
    ...readSums(view, at + 8),
    black: (flags & BLACK) !== 0,
    frozen: (flags & FROZEN) !== 0,
  };
}
