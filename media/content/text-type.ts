/** What a text is about, by its beginning: markup, data, mail, or plain. */
import { doubtfulTextOf, textOf } from './decode-text.ts';
import { prologOf } from './prolog.ts';
import { type FileType, fileType } from './signatures.ts';

/** Any name goes with plain text, except one of a format that is no text. */
const PLAIN = fileType('text', 'text/plain', 'text', '');

const NDJSON = fileType('table', 'application/x-ndjson', 'ndjson', 'ndjson jsonl json log txt');
const JSON_TEXT = fileType(
  'table',
  'application/json',
  'json',
  'json geojson topojson map ipynb webmanifest har txt',
);
const TSV = fileType('table', 'text/tab-separated-values', 'tsv', 'tsv tab csv txt');
const CSV = fileType('table', 'text/csv', 'csv', 'csv txt dat');

const SVG = fileType('image', 'image/svg+xml', 'svg', 'svg');
const HTML = fileType('text', 'text/html', 'html', 'html htm xhtml shtml');

const MAIL = fileType('text', 'message/rfc822', 'email', 'eml mbox mht mhtml');

const MARKUP: readonly (readonly [RegExp, FileType])[] = [
  [/^<\?php/i, fileType('executable', 'application/x-php', 'php', 'php phtml inc')],
  [
    /^<\?xml|^<[A-Za-z_][\w:.-]*(?:\s[^<>]*)?>/,
    fileType('text', 'application/xml', 'xml', 'xml xsd xsl xslt rss atom kml gpx plist html xhtml dae'),
  ],
  [/^#EXTM3U/, fileType('text', 'application/vnd.apple.mpegurl', 'm3u', 'm3u m3u8')],
  [/^WEBVTT/, fileType('text', 'text/vtt', 'vtt', 'vtt')],
  [/^\d+\r?\n\d{1,2}:\d{2}:\d{2},\d{3} --> /, fileType('text', 'application/x-subrip', 'srt', 'srt')],
  [/^BEGIN:VCALENDAR/, fileType('text', 'text/calendar', 'ical', 'ics ical')],
  [
    /^-----BEGIN [A-Z0-9 ]+-----/,
    fileType('data', 'application/x-pem-file', 'pem', 'pem crt cer key csr pub asc gpg p7b'),
  ],
  [/^(?:From |Received: |Return-Path: |MIME-Version: |Delivered-To: )/, MAIL],
  [/^\[InternetShortcut\]/i, fileType('executable', 'application/x-mswinurl', 'url', 'url')],
  [/^\[Desktop Entry\]/, fileType('executable', 'application/x-desktop', 'desktop', 'desktop')],
];

/** Every type that is found in text. */
export const textTypes: readonly FileType[] = [
  ...MARKUP.map(([, type]) => type),
  SVG,
  HTML,
  NDJSON,
  JSON_TEXT,
  TSV,
  CSV,
  PLAIN,
];

/** Null: this is no text. `size` is of the whole file, of which `head` is the beginning. */
export function textTypeOf(head: Buffer, size: number): FileType | null {
  return typeOf(textOf(head, size), head.length < size);
}

/** The same for what no other format was found in. */
export function doubtfulTextTypeOf(head: Buffer, size: number): FileType | null {
  return typeOf(doubtfulTextOf(head, size), head.length < size);
}

function typeOf(text: string | null, cut: boolean): FileType | null {
  if (text === null) return null;
  const begin = text.replace(/^\ufeff/, '').trimStart();
  return markupOf(begin) ?? jsonOf(begin, cut) ?? delimitedOf(begin, cut) ?? PLAIN;
}

function markupOf(begin: string): FileType | null {
  const { uncommented, root } = prologOf(begin);
  if (/^<svg[\s>]/i.test(root)) return SVG;
  if (/^<(?:!doctype html|(?:html|head|body|script|iframe)[\s>])/i.test(uncommented)) return HTML;
  const found = MARKUP.find(([pattern]) => pattern.test(uncommented.slice(0, 4096)))?.[1];
  return found ?? (isMail(begin) ? MAIL : null);
}

const MAIL_FIELDS = /^(?:date|subject|to|message-id|mime-version|received):/i;

/** Fields and nothing else up to an empty line, of which one says from whom. */
function isMail(begin: string): boolean {
  const lines = begin.slice(0, 16_384).split(/\r?\n/);
  const end = lines.indexOf('');
  const fields = end < 0 ? lines.slice(0, -1) : lines.slice(0, end);
  return (
    fields.every((line) => /^(?:[\w-]+:|[ \t])/.test(line)) &&
    fields.some((line) => /^from:/i.test(line)) &&
    fields.some((line) => MAIL_FIELDS.test(line))
  );
}

function jsonOf(text: string, cut: boolean): FileType | null {
  const first = text[0];
  if (first !== '{' && first !== '[') return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const whole = cut ? lines.slice(0, -1) : lines;
  if (first === '{' && whole.length > 1 && whole.slice(0, 20).every(isJson)) return NDJSON;
  const looks = cut ? /^[[{]\s*(?:["{[\d\]}-]|true|false|null)/.test(text) : isJson(text);
  if (!looks) return null;
  return JSON_TEXT;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Rows of as many fields each, at least three of them; prose has commas too, but not as many in each line. */
function delimitedOf(text: string, cut: boolean): FileType | null {
  const all = text.split(/\r\n|\n|\r/);
  const lines = (cut ? all.slice(0, -1) : all).filter((line) => line !== '').slice(0, 50);
  if (lines.length < 3) return null;
  for (const delimiter of ['\t', ',', ';', '|']) {
    const fields = lines.map((line) => fieldsOf(line, delimiter));
    const first = fields[0] ?? 0;
    if (first < 2 || fields.some((count) => count !== first)) continue;
    if (first < 3 && lines.some((line) => line.length > 200)) continue;
    if (delimiter === '\t') return TSV;
    return CSV;
  }
  return null;
}

function fieldsOf(line: string, delimiter: string): number {
  return line.replace(/"(?:[^"]|"")*"/g, '').split(delimiter).length;
}
