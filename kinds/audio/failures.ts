/** Everything that an audio analysis refuses, with what to do about it. None of it is mended by a retry. */
import { counted } from '../counted.ts';
import { mediaRefusals, type Refusal } from '../refusal.ts';

const AUDIO_HINT =
  'Submit an audio file (WAV, FLAC, MP3, Ogg, Opus, AAC, M4A, AIFF, WMA, ...) or a video with sound.';

export const refusals = {
  ...mediaRefusals,
  text: (): Refusal => ({
    code: 'NOT_AUDIO',
    message: 'The file is text, not audio.',
    hint: `${AUDIO_HINT} For text use kind text or profiling.`,
  }),
  unknown: (): Refusal => ({
    code: 'NOT_AUDIO',
    message: 'The file is of no audio or video format that is known here.',
    hint: AUDIO_HINT,
  }),
  image: (format: string): Refusal => ({
    code: 'NOT_AUDIO',
    message: `The file is a ${format} image, not audio.`,
    hint: 'Use kind image.',
  }),
  noAudio: (found: string): Refusal => ({
    code: 'NO_AUDIO',
    message: `The file has no audio track${found ? ` (only ${found})` : ''}.`,
    hint: 'For pictures use kind video or image.',
  }),
  noSuchTrack: (asked: number, tracks: number): Refusal => ({
    code: 'NO_SUCH_TRACK',
    message: `The file has ${counted(tracks, 'audio track')}, counted from 0; track ${asked} was asked for.`,
    hint: 'Leave the param track out to analyse the first one.',
  }),
  undecodable: (why: string): Refusal => ({
    code: 'UNDECODABLE',
    message: `No sound could be decoded${why ? `: ${why}` : ''}.`,
    hint: 'Check that the file plays elsewhere; if its end is missing, upload it again.',
  }),
  noSamples: (): Refusal => ({
    code: 'NO_SAMPLES',
    message: 'The audio track is there, but it has not a single sample.',
    hint: 'Record or export it again.',
  }),
  header: (what: string): Refusal => ({
    code: 'INVALID_AUDIO_HEADER',
    message: `The header of the file says ${what}, which no sound has.`,
    hint: 'The header is damaged: export the audio again.',
  }),
} as const;
