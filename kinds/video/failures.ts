/** Everything that a video analysis refuses, with what to do about it. None of it is mended by a retry. */
import { mediaRefusals, type Refusal } from '../refusal.ts';

const VIDEO_HINT =
  'Submit a video file: MP4, MOV, MKV, WebM, AVI, MPEG-TS, MPEG-PS, FLV, ASF, OGG or a raw stream.';

export const refusals = {
  ...mediaRefusals,
  text: (): Refusal => ({
    code: 'NOT_A_VIDEO',
    message: 'The file is text, not a video.',
    hint: `${VIDEO_HINT} For text use kind text or profiling.`,
  }),
  unknown: (): Refusal => ({
    code: 'NOT_A_VIDEO',
    message: 'The first bytes of the file are of no video format that is known here.',
    hint: VIDEO_HINT,
  }),
  image: (format: string): Refusal => ({
    code: 'IMAGE_NOT_VIDEO',
    message: `The file is a ${format} image, not a video.`,
    hint: 'Use kind image.',
  }),
  noVideo: (found: string): Refusal => ({
    code: 'NO_VIDEO_STREAM',
    message: `The file has no video stream${found ? ` (only ${found})` : ''}.`,
    hint: 'For sound alone use kind audio.',
  }),
  undecodable: (why: string): Refusal => ({
    code: 'UNDECODABLE',
    message: `No frame of the video could be decoded${why ? `: ${why}` : ''}.`,
    hint: 'Check that the file plays elsewhere; if its end is missing, upload it again.',
  }),
  dimensions: (): Refusal => ({
    code: 'INVALID_DIMENSIONS',
    message: 'The video says that its pictures have no width or no height.',
    hint: 'The header is damaged: export the video again.',
  }),
} as const;
