import { findZipEnd, type ReadAt, ZipDamage, zipEntries } from '../zip/directory.ts';
import type { FileType } from './signatures.ts';

/** Readers of archives find the end record before so many bytes of something else. */
const MOST_TRAILING_BYTES = 4096;

/** The end of an archive behind another format: two readers of this file would see two things. */
export function polyglotOf(read: ReadAt, size: number, type: FileType): string | null {
  // An archive may well hold an archive as its last entry.
  if (type.container === 'zip' || type.family === 'archive' || type.family === 'disk' || size < 22)
    return null;
  // Old documents hold new ones whole, somewhere before their end.
  const most = type.container === 'ole2' ? 0 : MOST_TRAILING_BYTES;
  try {
    const end = findZipEnd(read, size);
    if (end.declaredEntries === 0 || end.prefixBytes === 0 || end.trailingBytes > most) return null;
    return zipEntries(read, end).next().done === false ? 'zip' : null;
  } catch (error) {
    if (error instanceof ZipDamage) return null;
    throw error;
  }
}
