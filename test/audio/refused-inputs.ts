/** Files that hold no sound that could be analysed, and the code that says so. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fixture, type Workshop } from '../video/made.ts';
import { sine, wave } from './made.ts';

export interface HostileInput {
  readonly title: string;
  readonly name: string;
  readonly make: (path: string, workshop: Workshop) => void;
}

export interface Refused extends HostileInput {
  readonly code: string;
}

/** Text that stands in no answer. */
export const CANARY = 'the canary sings';

const minute = (path: string): string => `#EXTM3U\n#EXTINF:5,\n${path}\n#EXT-X-ENDLIST\n`;

function withCanary(path: string, content: (canary: string) => string): void {
  writeFileSync(`${path}.canary.wav`, CANARY);
  writeFileSync(path, content(`${path}.canary.wav`));
}

export const refused: readonly Refused[] = [
  { title: 'nothing', name: 'empty.wav', make: (path) => writeFileSync(path, ''), code: 'EMPTY_FILE' },
  {
    title: 'a single byte',
    name: 'byte.mp3',
    make: (path) => writeFileSync(path, '\xff'),
    code: 'NOT_AUDIO',
  },
  {
    title: 'text',
    name: 'text.wav',
    make: (path) => writeFileSync(path, 'hello\nworld\n'),
    code: 'NOT_AUDIO',
  },
  {
    title: 'noise',
    name: 'noise.flac',
    make: (path) => writeFileSync(path, Buffer.from('9b00fe1388021107'.repeat(64), 'hex')),
    code: 'NOT_AUDIO',
  },
  {
    title: 'a WAV without samples',
    name: 'no-samples.wav',
    make: (path) => wave(path, 0, () => 0),
    code: 'NO_SAMPLES',
  },
  {
    title: 'a WAV without channels',
    name: 'no-channels.wav',
    make: (path) => wave(path, 1, sine(440), { says: { channels: 0 } }),
    code: 'UNDECODABLE',
  },
  {
    title: 'a WAV of 0 Hz',
    name: 'no-rate.wav',
    make: (path) => wave(path, 1, sine(440), { says: { rate: 0 } }),
    code: 'UNDECODABLE',
  },
  {
    title: 'an HLS playlist',
    name: 'hls.mp3',
    make: (path) => withCanary(path, minute),
    code: 'PLAYLIST_REFUSED',
  },
  {
    title: 'an ffconcat list',
    name: 'concat.mp3',
    make: (path) => withCanary(path, (canary) => `ffconcat version 1.0\nfile '${canary}'\n`),
    code: 'PLAYLIST_REFUSED',
  },
  {
    title: 'a picture',
    name: 'still.mp3',
    make: (path, workshop) => {
      copyFileSync(
        workshop.make('still.jpg', '-f', 'lavfi', '-i', 'testsrc=s=64x64', '-frames:v', '1'),
        path,
      );
    },
    code: 'NOT_AUDIO',
  },
  {
    title: 'a film without sound',
    name: 'mute.mp4',
    make: (path, workshop) => {
      copyFileSync(workshop.make('mute-film.mp4', '-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1'), path);
    },
    code: 'NO_AUDIO',
  },
  {
    title: 'an MP4 whose index was cut off',
    name: 'no-index.m4a',
    make: (path, workshop) => {
      const whole = workshop.make('whole.m4a', '-i', fixture('jfk.mp3'), '-c:a', 'aac');
      writeFileSync(path, readFileSync(whole).subarray(0, 40_000));
    },
    code: 'UNDECODABLE',
  },
];
