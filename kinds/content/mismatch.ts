/** Whether a name promises something else than the bytes hold. Pure. */
import type { ContentFound } from './found.ts';

/** An extension that no format we recognise goes by promises nothing. */
export function isMismatch(declared: string | null, found: ContentFound): boolean {
  const { type, extension } = found;
  if (declared === null || type.extensions.includes(declared) || type.container === 'empty') return false;
  // A document is an archive, too, and may be called one.
  if (declared === 'zip' && found.zip !== null) return false;
  const isText = type.mime.startsWith('text/') || TEXTUAL.has(type.container);
  if (isText) return extension.known && !extension.textual;
  return extension.known || type.family === 'executable';
}

const TEXTUAL = new Set([
  'xml',
  'json',
  'ndjson',
  'svg',
  'm3u',
  'srt',
  'pem',
  'email',
  'php',
  'url',
  'desktop',
  'rtf',
]);
