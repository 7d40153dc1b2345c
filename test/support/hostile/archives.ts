/** ZIP archives, workbooks and other containers of tables, sound and hostile. */
import { writeFileSync } from 'node:fs';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface Member {
  readonly name: string;
  readonly bytes: Buffer;
  /** What the directory says that it unfolds to. */
  readonly claimedBytes?: number;
}

function zip(path: string, members: readonly Member[]): string {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, claimedBytes = bytes.length } of members) {
    const packed = deflateRawSync(bytes, { level: 6 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedBytes, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name));
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed];
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  writeFileSync(path, Buffer.concat([...parts, listed, end]));
  return path;
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** One sheet, whose rows are the XML given. */
export function workbook(
  path: string,
  rows: string | Buffer,
  more: {
    readonly claimedBytes?: number;
    readonly prologue?: string;
    readonly extra?: readonly Member[];
  } = {},
): string {
  const text = (name: string, content: string): Member => ({ name, bytes: Buffer.from(content) });
  const sheet = Buffer.concat([
    Buffer.from(`${XML}${more.prologue ?? ''}<worksheet xmlns="${MAIN}"><sheetData>`),
    Buffer.from(rows),
    Buffer.from('</sheetData></worksheet>'),
  ]);
  return zip(path, [
    text(
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
    ),
    text(
      '_rels/.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    text(
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    text(
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    {
      name: 'xl/worksheets/sheet1.xml',
      bytes: sheet,
      ...(more.claimedBytes === undefined ? {} : { claimedBytes: more.claimedBytes }),
    },
    ...(more.extra ?? []),
  ]);
}

const CELL_ROW =
  '<row><c t="inlineStr"><is><t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</t></is></c></row>';

/** 160 MB of one repeated row, in 500 kB. */
export function workbookBomb(path: string, claimedBytes?: number): string {
  const rows = Buffer.alloc(160_000_000 - (160_000_000 % CELL_ROW.length), CELL_ROW);
  return workbook(path, rows, claimedBytes === undefined ? {} : { claimedBytes });
}

/** 200 MB of rows in 200 kB. */
export function gzipBomb(path: string): string {
  writeFileSync(path, gzipSync(Buffer.alloc(200_000_000, 'a,b\n')));
  return path;
}
