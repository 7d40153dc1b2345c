/** Texts that hold whole characters only. */
const SURROGATE = /[\ud800-\udfff]/;

/** Half of a surrogate pair is no character: it becomes U+FFFD. */
export function wellFormed(text: string): string {
  if (!SURROGATE.test(text)) return text;
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
