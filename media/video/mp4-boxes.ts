/**
 * Reads the outline of an MP4 or QuickTime file: what its header declares, apart from what a decoder makes of it.
 * Bounded: at most 64 top-level boxes and 8 MiB of `moov` are looked at. Damaged files give nulls, never errors.
 */
import type { FileHandle } from 'node:fs/promises';

export interface Mp4Outline {
  /** Whether the index comes before the media: playback can start before the whole file is there. Null: no index. */
  readonly faststart: boolean | null;
  /** Of the movie header, seconds. */
  readonly duration_s: number | null;
  /** Width and height in the first video sample entry. */
  readonly sample_entry: { readonly width_px: number; readonly height_px: number } | null;
  /** True when the last box says that it is longer than the file. */
  readonly cut_off: boolean;
}

interface Box {
  readonly type: string;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

const MOST_BOXES = 64;
const MOST_MOOV_BYTES = 8 * 1024 * 1024;

export async function readMp4Outline(file: FileHandle, bytes: number): Promise<Mp4Outline> {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes && boxes.length < MOST_BOXES; ) {
    const header = Buffer.alloc(16);
    await file.read(header, 0, 16, at);
    const box = boxAt(header, 0, at, bytes);
    if (!box) break;
    boxes.push(box);
    at = box.end;
  }
  const moov = boxes.find((box) => box.type === 'moov');
  const mdat = boxes.find((box) => box.type === 'mdat' || box.type === 'moof');
  const outline = {
    faststart: moov ? !mdat || moov.start < mdat.start : null,
    cut_off: boxes.some((box) => box.end > bytes),
  };
  if (!moov) return { ...outline, duration_s: null, sample_entry: null };
  const body = Buffer.alloc(
    Math.min(MOST_MOOV_BYTES, Math.max(0, Math.min(moov.end, bytes) - moov.bodyStart)),
  );
  await file.read(body, 0, body.length, moov.bodyStart);
  return { ...outline, duration_s: movieDuration(body), sample_entry: videoSampleEntry(body) };
}

function boxAt(buffer: Buffer, at: number, fileOffset: number, limit: number): Box | null {
  if (at + 8 > buffer.length) return null;
  const size32 = buffer.readUInt32BE(at);
  const type = buffer.toString('latin1', at + 4, at + 8);
  const large = size32 === 1 && at + 16 <= buffer.length;
  const size = large ? Number(buffer.readBigUInt64BE(at + 8)) : size32 === 0 ? limit - fileOffset : size32;
  const header = large ? 16 : 8;
  if (size < header || !/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  return { type, start: fileOffset, bodyStart: fileOffset + header, end: fileOffset + size };
}

function children(body: Buffer, start: number, end: number): readonly Box[] {
  const found: Box[] = [];
  for (let at = start; at + 8 <= Math.min(end, body.length); ) {
    const box = boxAt(body, at, at, end);
    if (!box) break;
    found.push(box);
    at = box.end;
  }
  return found;
}

function movieDuration(moov: Buffer): number | null {
  const header = children(moov, 0, moov.length).find((box) => box.type === 'mvhd');
  if (!header || header.bodyStart + 32 > moov.length) return null;
  const wide = moov[header.bodyStart] === 1;
  const scale = moov.readUInt32BE(header.bodyStart + (wide ? 20 : 12));
  const duration = wide
    ? Number(moov.readBigUInt64BE(header.bodyStart + 24))
    : moov.readUInt32BE(header.bodyStart + 16);
  return scale > 0 ? duration / scale : null;
}

function videoSampleEntry(moov: Buffer): Mp4Outline['sample_entry'] {
  const within = (boxes: readonly Box[], type: string): readonly Box[] =>
    boxes.filter((box) => box.type === type).flatMap((box) => children(moov, box.bodyStart, box.end));
  for (const track of children(moov, 0, moov.length).filter((box) => box.type === 'trak')) {
    const media = within(children(moov, track.bodyStart, track.end), 'mdia');
    const information = within(media, 'minf');
    if (!information.some((box) => box.type === 'vmhd')) continue;
    const table = within(information, 'stbl').find((box) => box.type === 'stsd');
    if (!table || table.bodyStart + 44 > moov.length) return null;
    // stsd: version and count (8 bytes), then the entry: header (8), reserved (24), width and height.
    const at = table.bodyStart + 8 + 8 + 24;
    return { width_px: moov.readUInt16BE(at), height_px: moov.readUInt16BE(at + 2) };
  }
  return null;
}
