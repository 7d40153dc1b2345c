/** What is no film, or none that can be decoded. */
import { join } from 'node:path';
import { clip, rawWithoutSize, truncated, withoutSize } from './clips.ts';
import { noise, type RefusedCase, text } from './refused-case.ts';
import { plainRows } from './tables.ts';

export const refusedFilms: readonly RefusedCase[] = [
  { title: 'one byte', kind: 'video', code: /^NOT_A_VIDEO$/, make: text('byte.mp4', 'x') },
  { title: 'text named .mp4', kind: 'video', code: /^NOT_A_VIDEO$/, make: text('text.mp4', plainRows(100)) },
  {
    title: 'noise',
    kind: 'video',
    code: /^(?:NOT_A_VIDEO|UNDECODABLE|NO_VIDEO_STREAM)$/,
    make: text('noise.mp4', noise()),
  },
  {
    title: 'still image named .mp4',
    kind: 'video',
    code: /^IMAGE_NOT_VIDEO$/,
    make: (files) =>
      clip(join(files, 'still.mp4'), {
        output: ['-frames:v', '1', '-c:v', 'png', '-f', 'image2', '-update', '1'],
      }),
  },
  {
    title: '0x0 in YUV4MPEG2',
    kind: 'video',
    code: /^(?:INVALID_DIMENSIONS|UNDECODABLE)$/,
    make: (files) => withoutSize(join(files, 'zero.y4m')),
  },
  {
    title: '0x0 in AVI',
    kind: 'video',
    code: /^(?:INVALID_DIMENSIONS|UNDECODABLE)$/,
    make: (files) => rawWithoutSize(join(files, 'zero.avi')),
  },
  {
    title: 'index missing',
    kind: 'video',
    code: /^UNDECODABLE$/,
    make: (files) => truncated(clip(join(files, 'moov.mp4'), { output: ['-movflags', '0'] }), 0.6),
  },
  {
    title: 'sound alone',
    kind: 'video',
    code: /^NO_VIDEO_STREAM$/,
    make: (files) => clip(join(files, 'sound.mp4'), { audio: 'tone', output: ['-map', '1:a'] }),
  },
  {
    title: 'a header that ends at once',
    kind: 'video',
    code: /^UNDECODABLE$/,
    make: text('ftyp.mp4', Buffer.from('\0\0\0\x18ftypisom\0\0\0\0', 'latin1')),
  },
];
