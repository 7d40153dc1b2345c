/** Whether bytes are a text, and of which encoding, by what was counted of them. Pure. */
import type { Census } from './measured.ts';

/** The same, whoever counted. */
type CensusFacts = Omit<Census, 'carry'> & { readonly carry: readonly number[] };

export interface TextCensus {
  readonly is_text: boolean;
  readonly encoding: 'ascii' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'unknown-8-bit' | null;
  readonly byte_order_mark: boolean;
  readonly rule: string;
}

/** Bell to carriage return without the vertical tab, the shifts of ISO-2022, the end mark of DOS, and escape. */
const ALLOWED_CONTROLS = new Set([7, 8, 9, 10, 12, 13, 14, 15, 26, 27]);
/** Bytes of chance have controls among so many; letters of Cyrillic, Greek or Shift-JIS are mostly above 127. */
const TELLING_BYTES = 512;

const RULE =
  'text: a byte order mark, or no NUL and no other control character, and either valid UTF-8, or 512 bytes or more, or at most 30 % bytes above 127';

export function textCensus(census: CensusFacts, histogram: readonly number[], bytes: number): TextCensus {
  const byte_order_mark = census.byte_order_mark !== null;
  const none: TextCensus = { is_text: false, encoding: null, byte_order_mark, rule: RULE };
  if (bytes === 0) return none;
  const is = (encoding: NonNullable<TextCensus['encoding']>): TextCensus => ({
    ...none,
    is_text: true,
    encoding,
  });
  if (census.unit !== 'byte') return is(census.unit);
  const sum = (from: number, to: number): number =>
    histogram.slice(from, to).reduce((total, one) => total + one, 0);
  const controls = histogram.slice(0, 32).some((times, byte) => times > 0 && !ALLOWED_CONTROLS.has(byte));
  if (controls) return none;
  const high = sum(128, 256);
  if (high === 0) return is('ascii');
  // A character that is cut off by the end of the file leaves bytes that wait for more.
  if (census.utf8_valid && census.carry.length === 0) return is('utf-8');
  return bytes >= TELLING_BYTES || high / bytes <= 0.3 ? is('unknown-8-bit') : none;
}

/** Lines as people count them: the last one needs no newline. */
export function lineCount({ lf, cr, crlf, current_line }: CensusFacts): number {
  const breaks = lf + cr - crlf;
  return breaks + (current_line > 0 ? 1 : 0);
}

export function newlineStyle({ lf, cr, crlf }: CensusFacts): 'lf' | 'crlf' | 'cr' | 'mixed' | null {
  const [alone, returns] = [lf - crlf, cr - crlf];
  const styles = [alone > 0 && 'lf', crlf > 0 && 'crlf', returns > 0 && 'cr'].filter(
    (style) => style !== false,
  );
  if (styles.length === 0) return null;
  return styles.length === 1 ? (styles[0] as 'lf' | 'crlf' | 'cr') : 'mixed';
}
