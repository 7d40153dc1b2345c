import {
  type Decoder,
  openRange,
  type Progress,
  resetModels,
  type Settings,
  settingsOf,
  unpackInto,
} from './lzma.ts';

const CHUNK = { end: 0, storedAfterReset: 1, stored: 2, packed: 0x80, reset: 0xa0, settings: 0xc0 } as const;

/** LZMA2: chunks, each of them stored or packed by LZMA. Null for damage. */
export function unpackLzma2(packed: Buffer, unpackedBytes: number): Buffer | null {
  const window = Buffer.alloc(unpackedBytes);
  let decoder = null as Decoder | null;
  let filled = 0;
  for (let at = 0; filled < unpackedBytes; ) {
    const control = packed[at] ?? 0;
    const stored = control < CHUNK.packed;
    if (control === CHUNK.end || (stored && control > CHUNK.stored) || at + 6 > packed.length) return null;
    const bytes = 1 + packed.readUInt16BE(at + 1) + (stored ? 0 : (control & 0x1f) * 65_536);
    const hasSettings = control >= CHUNK.settings;
    const from: number = at + (stored ? 3 : hasSettings ? 6 : 5);
    const to: number = from + (stored ? bytes : 1 + packed.readUInt16BE(at + 3));
    if (filled + bytes > unpackedBytes || to > packed.length) return null;
    if (stored) {
      packed.copy(window, filled, from, to);
      if (decoder) decoder.at = filled + bytes;
    } else {
      const settings: Settings | null = hasSettings
        ? settingsOf(packed[at + 5] ?? 255)
        : (decoder?.settings ?? null);
      if (settings === null) return null;
      const models: Progress = decoder !== null && control < CHUNK.reset ? decoder : resetModels(settings);
      decoder = { ...models, settings, window, at: filled };
      if (to - from < 5 || !unpackInto(decoder, openRange(packed.subarray(from, to)), filled + bytes))
        return null;
    }
    filled += bytes;
    at = to;
  }
  return window;
}
