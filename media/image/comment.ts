/** Comments of formats in which they have no keyword. */
import { shortText } from './ifd.ts';
import type { TextEntry } from './outline.ts';

export const MOST_COMMENTS = 100;

/** None where nothing readable is left. */
export function comment(bytes: Buffer): readonly TextEntry[] {
  const text = shortText(bytes);
  return text === null ? [] : [{ keyword: null, text }];
}
