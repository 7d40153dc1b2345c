/** What the streams of Word, Excel and PowerPoint say before 2007 of passwords and macro sheets. Pure. */

const WORD_MAGIC = [0xa5ec, 0xa5dc];
const WORD_FLAGS_AT = 10;
const WORD_ENCRYPTED = 0x0100;

export function isEncryptedText(stream: Buffer): boolean {
  if (stream.length < 12 || !WORD_MAGIC.includes(stream.readUInt16LE(0))) return false;
  return (stream.readUInt16LE(WORD_FLAGS_AT) & WORD_ENCRYPTED) !== 0;
}

const TOKEN_AT = 12;
const ENCRYPTED_TOKEN = 0xf3d1c4df;

export function isEncryptedPresentation(currentUser: Buffer): boolean {
  return currentUser.length >= 16 && currentUser.readUInt32LE(TOKEN_AT) === ENCRYPTED_TOKEN;
}

const BEGIN = 0x0809;
const END = 0x000a;
const PASSWORD = 0x002f;
const SHEET = 0x0085;
const MACRO_SHEET = 1;
const SHEET_NAME_AT = 8;

export function isEncryptedWorkbook(stream: Buffer): boolean {
  return recordsOf(stream).some(({ kind }) => kind === PASSWORD);
}

/** Names of sheets of Excel 4 macros: they need no VBA, and run all the same. */
export function macroSheetsOf(stream: Buffer): readonly string[] {
  return recordsOf(stream)
    .filter(({ kind, content }) => kind === SHEET && content[5] === MACRO_SHEET)
    .map(({ content }) => `macro sheet ${sheetName(content)}`)
    .slice(0, 100);
}

function sheetName(content: Buffer): string {
  const wide = ((content[7] ?? 0) & 1) !== 0;
  const name = content.toString(wide ? 'utf16le' : 'latin1', SHEET_NAME_AT);
  return name.replace(/[\p{Cs}\p{Cc}]/gu, '');
}

interface BiffRecord {
  readonly kind: number;
  readonly content: Buffer;
}

/** Of what is told of the whole workbook, up to its end or as far as was read. */
function recordsOf(stream: Buffer): readonly BiffRecord[] {
  const records: BiffRecord[] = [];
  for (let at = 0; at + 4 <= stream.length; ) {
    const kind = stream.readUInt16LE(at);
    const end = at + 4 + stream.readUInt16LE(at + 2);
    if (kind === END || (at === 0 && kind !== BEGIN)) break;
    if (kind === PASSWORD || kind === SHEET) records.push({ kind, content: stream.subarray(at + 4, end) });
    at = end;
  }
  return records;
}
