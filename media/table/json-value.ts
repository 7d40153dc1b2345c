/** JSON values as tables need them. */

const LONG_NUMBER = /[\s:[,{]-?\d{16,}/;
/** Python and others write these for numbers that JSON has no word for. */
const NO_JSON = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** The key of an integer beyond 2^53, which keeps its digits. */
export const DIGITS = '\u0001digits';

/** NaN is null. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  try {
    return parsed(text);
  } catch (error) {
    if (!/\b(?:NaN|Infinity)\b/.test(text)) throw error;
    return parsed(text.replaceAll(NO_JSON, inJson));
  }
}

function inJson(found: string): string {
  if (found.startsWith('"')) return found;
  // JSON.parse makes infinity of what is too large.
  return found === 'NaN' ? 'null' : found.replace('Infinity', '1e999');
}

function parsed(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const exact = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? { [DIGITS]: context?.source }
      : value;
  return JSON.parse(text, exact);
}
