/** A piece of the text as it may stand in a result: one line without controls, format characters and broken pairs. */
import { wellFormed } from './well-formed.ts';

export function shownText(text: string, mostUnits: number): string {
  const plain = wellFormed(text.slice(0, mostUnits * 2))
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\ufffd]+/gu, ' ')
    .replace(/ +/g, ' ')
    // Stacked marks that climb over other lines.
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .trim();
  return plain.length <= mostUnits ? plain : `${wellFormed(plain.slice(0, mostUnits))}…`;
}
