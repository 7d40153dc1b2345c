/** Files with something wrong in them that are analysed all the same, and what is said of each. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { AudioResult } from '../../kinds/audio/result.ts';
import { fixture } from '../video/made.ts';
import { noise, sine, wave } from './made.ts';
import type { HostileInput } from './refused-inputs.ts';

export interface Analysable extends HostileInput {
  readonly says: readonly string[];
  readonly status?: 'partial';
  readonly also?: (audio: AudioResult['audio']) => boolean;
}

const stereo = { channels: 2 };

export const analysable: readonly Analysable[] = [
  {
    title: 'one sample',
    name: 'one.wav',
    make: (path) => wave(path, 1 / 44_100, () => 0.5),
    says: [],
    also: ({ levels, loudness }) => levels.overall.samples === 1 && loudness.integrated_lufs === null,
  },
  {
    title: 'more data declared than there is',
    name: 'too-long.wav',
    make: (path) => wave(path, 1, sine(440), { says: { dataBytes: 1_000_000_000 } }),
    says: ['TRUNCATED', 'DURATION_MISMATCH'],
    status: 'partial',
    also: ({ track }) => Math.abs(track.duration_measured_s - 1) < 0.01,
  },
  {
    title: 'a size left open, as recorders do',
    name: 'open.wav',
    make: (path) => wave(path, 1, sine(440), { says: { dataBytes: 0xffff_ffff } }),
    says: [],
    also: ({ track }) => Math.abs(track.duration_measured_s - 1) < 0.01,
  },
  {
    title: '1 Hz',
    name: 'slow.wav',
    make: (path) => wave(path, 20, sine(0.2), { rate: 1 }),
    says: ['LOW_SAMPLE_RATE'],
    also: ({ loudness, levels }) => loudness.integrated_lufs === null && levels.overall.samples > 0,
  },
  {
    title: '64 channels',
    name: 'many.wav',
    make: (path) => wave(path, 1, (time, channel) => sine(200 + channel * 20)(time), { channels: 64 }),
    says: [],
    also: ({ levels }) => levels.channels.length === 64,
  },
  {
    title: 'samples that are no numbers',
    name: 'nan.wav',
    make: (path) =>
      wave(
        path,
        1,
        (time) =>
          time > 0.5 ? [Number.NaN, 1 / 0, -1 / 0][Math.floor(time * 44_100) % 3]! : sine(440)(time),
        {
          format: 'f32',
        },
      ),
    says: ['NOT_FINITE_SAMPLES'],
    also: ({ levels }) => levels.odd_samples.nans > 7_000 && (levels.overall.rms_db ?? 0) < -9,
  },
  {
    title: 'nothing but samples that are no numbers',
    name: 'all-nan.wav',
    make: (path) => wave(path, 1, () => Number.NaN, { format: 'f32', channels: 2 }),
    says: ['NOT_FINITE_SAMPLES', 'SILENT'],
  },
  {
    title: 'clipped sound',
    name: 'clipped.wav',
    make: (path) => wave(path, 1, sine(440, 3)),
    says: ['CLIPPING', 'TRUE_PEAK'],
    also: ({ levels }) => levels.overall.longest_clipped_run > 10,
  },
  {
    title: 'a DC offset',
    name: 'offset.wav',
    make: (path) => wave(path, 1, (time) => 0.2 + sine(440, 0.2)(time)),
    says: ['DC_OFFSET'],
    also: ({ levels }) => Math.abs(levels.overall.dc_offset - 0.2) < 0.001,
  },
  {
    title: 'opposite channels',
    name: 'inverted.wav',
    make: (path) => wave(path, 1, (time, channel) => sine(440, channel === 0 ? 0.5 : -0.5)(time), stereo),
    says: ['PHASE_INVERTED'],
    also: ({ speech, stereo: both }) =>
      both?.correlation === -1 && speech.channels?.method === 'loudest_channel',
  },
  {
    title: 'the same in both channels',
    name: 'dual.wav',
    make: (path) => wave(path, 1, sine(440), stereo),
    says: ['DUAL_MONO'],
    also: ({ speech }) => speech.channels?.method === 'mixdown',
  },
  {
    title: 'a dead channel',
    name: 'dead.wav',
    make: (path) => wave(path, 1, (time, channel) => (channel === 0 ? sine(440)(time) : 0), stereo),
    says: ['DEAD_CHANNEL'],
    also: ({ levels }) => levels.dead_channels.join() === '1',
  },
  {
    title: '7.1 with nothing for deep effects',
    name: 'surround.flac',
    make: (path, workshop) => {
      const waves = [0, 1, 2, 3, 4, 5, 6, 7].map((one) => (one === 3 ? '0' : `0.3*sin(${one + 3}00*2*PI*t)`));
      const source = `aevalsrc=${waves.join('|')}:c=7.1:d=2`;
      copyFileSync(workshop.make('source.flac', '-f', 'lavfi', '-i', source), path);
    },
    says: [],
    also: ({ levels, track }) => track.layout === '7.1' && levels.dead_channels.length === 0,
  },
  {
    title: 'a truncated MP3',
    name: 'cut.mp3',
    make: (path) => writeFileSync(path, readFileSync(fixture('jfk.mp3')).subarray(0, 30_000)),
    says: ['TRUNCATED'],
    status: 'partial',
    also: ({ track }) => track.duration_measured_s > 3 && track.duration_measured_s < 6,
  },
  {
    title: 'a tag of 40 MB before the sound',
    name: 'tagged.mp3',
    make: (path) => {
      const size = 40_000_000;
      const header = Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1');
      for (const [at, shift] of [21, 14, 7, 0].entries()) header[6 + at] = (size >> shift) & 0x7f;
      writeFileSync(path, Buffer.concat([header, Buffer.alloc(size), readFileSync(fixture('jfk.mp3'))]));
    },
    says: [],
    also: ({ track }) => Math.abs(track.duration_measured_s - 11) < 0.2,
  },
  {
    title: 'other bytes before the sound',
    name: 'junk.mp3',
    make: (path) => {
      const junk = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7 + 3) & 0x7f));
      writeFileSync(path, Buffer.concat([junk, readFileSync(fixture('jfk.mp3'))]));
    },
    says: [],
    also: ({ track }) => Math.abs(track.duration_measured_s - 11) < 0.2,
  },
  {
    title: 'cover art',
    name: 'cover.mp3',
    make: (path, workshop) => {
      const cover = workshop.make('cover.png', '-f', 'lavfi', '-i', 'testsrc=s=320x200', '-frames:v', '1');
      const inputs = ['-i', fixture('jfk.mp3'), '-i', cover, '-map', '0:a', '-map', '1:v'];
      const made = workshop.make('with-cover.mp3', ...inputs, '-c', 'copy', '-disposition:v', 'attached_pic');
      copyFileSync(made, path);
    },
    says: ['COVER_ART'],
    also: ({ cover }) => cover[0]?.width_px === 320,
  },
  {
    title: 'a long silence within',
    name: 'pause.wav',
    make: (path) => wave(path, 12, (time) => (time > 2 && time < 10 ? 0 : sine(440)(time))),
    says: ['LONG_SILENCE'],
    also: ({ silence }) => Math.abs((silence[0]?.duration_s ?? 0) - 8) < 0.05,
  },
  {
    title: 'silence alone',
    name: 'silence.wav',
    make: (path) => wave(path, 3, () => 0),
    says: ['SILENT'],
    also: ({ loudness, silence_ratio }) => loudness.integrated_lufs === null && silence_ratio === 1,
  },
  {
    title: 'a wrong extension',
    name: 'wrong.mp3',
    make: (path) => wave(path, 1, sine(440)),
    says: ['EXTENSION_MISMATCH'],
  },
  {
    title: 'a sample rate that was blown up',
    name: 'blown-up.wav',
    make: (path, workshop) => {
      const small = wave(`${path}.16k.wav`, 4, noise(0.5), { rate: 16_000 });
      copyFileSync(workshop.make('resampled.wav', '-i', small, '-ar', '48000'), path);
    },
    says: ['UPSAMPLED'],
    also: ({ spectrum }) => spectrum.hint?.from_rate_hz === 16_000,
  },
  {
    title: 'a lossless copy of lossy sound',
    name: 'transcode.flac',
    make: (path, workshop) => {
      const source = wave(`${path}.source.wav`, 4, noise(0.5));
      const lossy = workshop.make('lossy.mp3', '-i', source, '-b:a', '128k');
      copyFileSync(workshop.make('again.flac', '-i', lossy), path);
    },
    says: ['LOSSY_TRANSCODE'],
  },
  ...['adpcm_ima_wav', 'adpcm_ms', 'g722'].map(
    (codec): Analysable => ({
      title: `a WAV by ${codec}, whose rate of bytes is not that of the header`,
      name: `${codec}.wav`,
      make: (path, workshop) => {
        const source = wave(`${path}.source.wav`, 4, sine(440));
        const rate = codec === 'g722' ? ['-ar', '16000'] : [];
        copyFileSync(workshop.make(`made-${codec}.wav`, '-i', source, ...rate, '-c:a', codec), path);
      },
      says: [],
      also: ({ track }) => Math.abs(track.duration_measured_s - 4) < 0.1,
    }),
  ),
  {
    title: 'honest noise',
    name: 'honest.wav',
    make: (path) => wave(path, 4, noise(0.5)),
    says: [],
    also: ({ spectrum }) => spectrum.hint === null && (spectrum.bandwidth_hz ?? 0) > 21_000,
  },
];
