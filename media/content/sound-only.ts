/** Whether a container that may hold a film holds sound alone: its name for itself does not say. Pure but for the reads. */
import type { ReadAt } from '../zip/directory.ts';
import { type FileType, fileType } from './signatures.ts';

const MOST_BOXES = 64;
const MOST_MOVIE_BYTES = 16 * 1024 ** 2;
/** From the name of a handler's box to what it handles. */
const HANDLER_AT = 12;
const ASF_VIDEO = Buffer.from('c0ef19bc4d5bcf11a8fd00805f5c442b', 'hex');
const ASF_SOUND = Buffer.from('409e69f84d5bcf11a8fd00805f5c442b', 'hex');
/** The element of a track's type, one byte long. */
const MATROSKA_VIDEO = Buffer.from('838101', 'hex');
const MATROSKA_SOUND = Buffer.from('838102', 'hex');

/** The type that such sound has, or null. */
export function soundOnly(type: FileType, head: Buffer, read: ReadAt, size: number): FileType | null {
  const has = (sound: Buffer, video: Buffer): boolean => head.includes(sound) && !head.includes(video);
  switch (type.container) {
    case 'mp4':
    case '3gp':
    case 'quicktime':
      return isSoundMovie(read, size)
        ? fileType('audio', 'audio/mp4', 'm4a', 'm4a m4b m4p mp4 m4r mov qt 3gp 3g2 3ga aac m4s')
        : null;
    case 'matroska':
      return has(MATROSKA_SOUND, MATROSKA_VIDEO)
        ? fileType('audio', 'audio/x-matroska', 'matroska', 'mka mkv')
        : null;
    case 'webm':
      return has(MATROSKA_SOUND, MATROSKA_VIDEO)
        ? fileType('audio', 'audio/webm', 'webm', 'webm weba')
        : null;
    case 'asf':
      return has(ASF_SOUND, ASF_VIDEO) ? fileType('audio', 'audio/x-ms-wma', 'asf', 'wma asf wmv') : null;
    default:
      return null;
  }
}

function isSoundMovie(read: ReadAt, size: number): boolean {
  const movie = movieOf(read, size);
  if (movie === null) return false;
  const handlers = new Set<string>();
  for (let at = movie.indexOf('hdlr'); at >= 0; at = movie.indexOf('hdlr', at + 4))
    handlers.add(movie.toString('latin1', at + HANDLER_AT, at + HANDLER_AT + 4));
  return handlers.has('soun') && !handlers.has('vide');
}

function movieOf(read: ReadAt, size: number): Buffer | null {
  let at = 0;
  for (let box = 0; box < MOST_BOXES && at + 16 <= size; box += 1) {
    const header = read(at, 16);
    const short = header.readUInt32BE(0);
    const bytes = short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (bytes < 8 || at + bytes > size) return null;
    if (header.toString('latin1', 4, 8) === 'moov') return bytes > MOST_MOVIE_BYTES ? null : read(at, bytes);
    at += bytes;
  }
  return null;
}
