/** Reads what a WAV file declares, apart from what a decoder makes of it. Damaged files give null, never errors. */
import type { FileHandle } from 'node:fs/promises';

export interface RiffOutline {
  /** Of the data chunk, seconds; null for compressed sound, and where recorders left it open that write to a pipe. */
  readonly duration_s: number | null;
  /** True when the data chunk says that it is longer than the file. */
  readonly cut_off: boolean;
}

/** PCM, floats, and the extended format: of other codecs encoders name a rate that is not theirs. */
const UNCOMPRESSED: readonly number[] = [1, 3, 0xfffe];
const MOST_CHUNKS = 64;
/** Sizes that mean: until the end. */
const OPEN_SIZES: readonly number[] = [0, 0xffff_ffff, 0x7fff_ffff, 0x7fff_f000];

export async function readRiffOutline(file: FileHandle, bytes: number): Promise<RiffOutline | null> {
  let bytesPerSecond = 0;
  const header = Buffer.alloc(24);
  for (let at = 12, chunk = 0; at + 8 <= bytes && chunk < MOST_CHUNKS; chunk++) {
    const { bytesRead } = await file.read(header, 0, header.length, at);
    if (bytesRead < 8) return null;
    const type = header.toString('latin1', 0, 4);
    const size = header.readUInt32LE(4);
    if (type === 'fmt ' && bytesRead >= 24 && UNCOMPRESSED.includes(header.readUInt16LE(8))) {
      bytesPerSecond = header.readUInt32LE(16);
    }
    if (type === 'data') {
      if (OPEN_SIZES.includes(size)) return { duration_s: null, cut_off: false };
      return {
        duration_s: bytesPerSecond > 0 ? size / bytesPerSecond : null,
        cut_off: at + 8 + size > bytes,
      };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}
