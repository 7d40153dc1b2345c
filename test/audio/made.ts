/** Sound made for tests, sample by sample: no encoder stands between the numbers and the file. */
import { writeFileSync } from 'node:fs';

export interface Wave {
  readonly rate?: number;
  readonly channels?: number;
  /** PCM of 16 bits, or floats of 32. */
  readonly format?: 's16' | 'f32';
  /** What the header says, where that is not the truth. */
  readonly says?: { readonly rate?: number; readonly channels?: number; readonly dataBytes?: number };
}

/** A WAV file; `sample` gives values of -1 to 1 by time and channel. */
export function wave(
  path: string,
  seconds: number,
  sample: (time: number, channel: number) => number,
  { rate = 44_100, channels = 1, format = 's16', says = {} }: Wave = {},
): string {
  const bytes = format === 's16' ? 2 : 4;
  const samples = Math.round(seconds * rate);
  const data = Buffer.alloc(samples * channels * bytes);
  for (let at = 0; at < samples; at++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = sample(at / rate, channel);
      const offset = (at * channels + channel) * bytes;
      if (format === 'f32') data.writeFloatLE(value, offset);
      else data.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))), offset);
    }
  }
  writeFileSync(path, waveBytes(data, { rate, channels, format, says }));
  return path;
}

function waveBytes(data: Buffer, { rate, channels, format, says }: Required<Wave>): Buffer {
  const bytes = format === 's16' ? 2 : 4;
  const [toldRate, toldChannels] = [says.rate ?? rate, says.channels ?? channels];
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(format === 's16' ? 1 : 3, 20);
  header.writeUInt16LE(toldChannels, 22);
  header.writeUInt32LE(toldRate, 24);
  header.writeUInt32LE(toldRate * toldChannels * bytes, 28);
  header.writeUInt16LE(toldChannels * bytes, 32);
  header.writeUInt16LE(bytes * 8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(says.dataBytes ?? data.length, 40);
  return Buffer.concat([header, data]);
}

export const sine =
  (hertz: number, level = 0.5) =>
  (time: number): number =>
    level * Math.sin(2 * Math.PI * hertz * time);

/** The same noise each time. */
export function noise(level: number, seed = 1): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return level * (state / 0x4000_0000 - 1);
  };
}
