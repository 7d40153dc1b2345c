/** What stands in a file in words, as it is told. */
import { shortText } from './ifd.ts';
import type { TextEntry } from './outline.ts';

export const MOST_TEXT_ENTRIES = 100;

/** None where nothing readable is left. Comments have no keyword. */
export function textEntry(keyword: string | null, text: Buffer): readonly TextEntry[] {
  const readable = shortText(text);
  return readable === null ? [] : [{ keyword, text: readable }];
}
