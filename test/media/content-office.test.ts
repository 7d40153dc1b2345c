/** Office documents that keep what they do out of sight: passwords and macros of old forms, parts under other names. */
import { describe, expect, it } from 'vitest';
import { openLister } from '../../media/content/listing.ts';
import { readOle } from '../../media/content/ole.ts';
import { listZip } from '../../media/content/zip-listing.ts';
import { macrosOf, zipTypeOf } from '../../media/content/zip-type.ts';
import { oleOf } from '../support/hostile/file-maker.ts';
import { type Part, zipOf } from '../support/hostile/zip-maker.ts';

function found(bytes: Buffer) {
  const { type, encrypted, macros } = readOle((at, length) => bytes.subarray(at, at + length), bytes.length);
  return { container: type.container, encrypted, macros };
}

const record = (kind: number, content: Buffer | string): Buffer => {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(4);
  header.writeUInt16LE(kind);
  header.writeUInt16LE(bytes.length, 2);
  return Buffer.concat([header, bytes]);
};
const begin = record(0x0809, Buffer.from('0006050000000000', 'hex'));
const sheet = (name: string, type: number): Buffer =>
  record(0x0085, Buffer.concat([Buffer.from([0, 0, 0, 0, 0, type, name.length, 0]), Buffer.from(name)]));
const workbook = (...records: Buffer[]): Buffer =>
  oleOf(['Workbook'], {
    contents: { Workbook: Buffer.concat([begin, ...records, record(0x000a, ''), Buffer.alloc(9000)]) },
  });

function word(flags: number): Buffer {
  const stream = Buffer.alloc(5000);
  stream.writeUInt16LE(0xa5ec);
  stream.writeUInt16LE(flags, 10);
  return oleOf(['WordDocument'], { contents: { WordDocument: stream } });
}

function slides(token: number): Buffer {
  const user = Buffer.alloc(60);
  user.writeUInt32LE(token, 12);
  return oleOf(['PowerPoint Document', 'Current User'], { contents: { 'Current User': user } });
}

describe('old documents', () => {
  it.each([
    ['doc', word(0x0200), false],
    ['doc', word(0x0300), true],
    ['xls', workbook(sheet('Sheet1', 0)), false],
    ['xls', workbook(record(0x0086, ''), record(0x002f, Buffer.alloc(54)), sheet('x', 0)), true],
    ['ppt', slides(0xe391c05f), false],
    ['ppt', slides(0xf3d1c4df), true],
  ])('a %s is under a password where it says so', (container, bytes, encrypted) => {
    expect(found(bytes)).toEqual({ container, encrypted, macros: [] });
  });
  it('name their sheets of Excel 4 macros', () => {
    const bytes = workbook(sheet('Sheet1', 0), sheet('Macro1', 1));
    expect(found(bytes)).toEqual({ container: 'xls', encrypted: false, macros: ['macro sheet Macro1'] });
  });
  it('end where their chains bite their tails', () => {
    const bytes = workbook(record(0x0031, Buffer.alloc(300)));
    // Every sector of the workbook leads to itself.
    for (let sector = 2; sector < 12; sector += 1) bytes.writeUInt32LE(sector, 512 + 4 * sector);
    expect(found(bytes)).toMatchObject({ container: 'xls', macros: [] });
  });
});

function packed(...parts: Part[]) {
  const bytes = zipOf(parts);
  const read = (at: number, length: number): Buffer => bytes.subarray(at, at + length);
  const { notes } = listZip(
    read,
    bytes.length,
    openLister('zip', () => {}),
    () => {},
  );
  const { container } = zipTypeOf(notes);
  return { container, macros: macrosOf(notes, container), encrypted: notes.encrypted };
}

const types = (...elements: string[]): Part => ({
  name: '[Content_Types].xml',
  bytes: `<?xml version="1.0"?><Types>${elements.join('')}</Types>`,
});
const document: Part = { name: 'word/document.xml' };

describe('documents in ZIP', () => {
  it('name a macro under any name, where the content types say what it is', () => {
    const vba = 'application/vnd.ms-office.vbaProject';
    const one = types(`<Override PartName="/word/theme.dat" ContentType="${vba}"/>`);
    const all = types(`<Default ContentType='${vba}' Extension='dat'/>`);
    for (const listed of [one, all])
      expect(packed(listed, document, { name: 'word/theme.dat' })).toMatchObject({
        container: 'docx with macros',
        macros: ['word/theme.dat'],
      });
  });
  it('name it behind thousands of other parts, and behind a long path', () => {
    const many = Array.from({ length: 3000 }, (_, at): Part => ({ name: `word/${at}.xml` }));
    const deep = { name: `word/${'a'.repeat(300)}/vbaProject.bin` };
    expect(packed(types(), document, ...many, deep)).toMatchObject({ container: 'docx with macros' });
    const lists = Array.from({ length: 3000 }, (_, at): Part => ({ name: `Basic/${at}/script-lb.xml` }));
    const open = { name: 'mimetype', bytes: 'application/vnd.oasis.opendocument.text', stored: true };
    expect(packed(open, ...lists, { name: 'Basic/Standard/Evil.xml' })).toMatchObject({
      container: 'odt',
      macros: ['Basic/Standard/Evil.xml'],
    });
  });
  it('have none where nothing says so', () => {
    const plain = types('<Default Extension="xml" ContentType="application/xml"/>');
    expect(packed(plain, document)).toEqual({ container: 'docx', macros: [], encrypted: false });
  });
  it('are under a password where an OpenDocument says so', () => {
    const open = { name: 'mimetype', bytes: 'application/vnd.oasis.opendocument.text', stored: true };
    const entry =
      '<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>';
    const manifest = {
      name: 'META-INF/manifest.xml',
      bytes: `<manifest:manifest>${entry}</manifest:manifest>`,
    };
    expect(packed(open, manifest)).toMatchObject({ container: 'odt', encrypted: true });
  });
});
