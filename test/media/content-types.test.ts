/** Healthy files of formats that share a name or a beginning with others: known, and not held back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { foundSchema } from '../../kinds/content/found.ts';
import { applicableKinds } from '../../kinds/upload/applicable.ts';
import { quarantineReasons } from '../../kinds/upload/verdict.ts';
import { inspectFile } from '../../media/content/inspect-file.ts';
import { zipOf } from '../support/hostile/zip-maker.ts';

const directory = mkdtempSync(join(tmpdir(), 'onceflow-types-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function told(name: string, bytes: Buffer) {
  const inputPath = join(directory, 'input');
  writeFileSync(inputPath, bytes);
  const extension = extname(name).slice(1).toLowerCase() || null;
  const job = { inputPath, extension, entriesPath: join(directory, 'entries') };
  const found = foundSchema.parse(await inspectFile(job, () => {}));
  const facts = { type: found.type, bytes: bytes.length, declared: extension };
  return {
    container: found.type.container,
    reasons: quarantineReasons(found, extension, bytes.length).map(({ code }) => code),
    applies: applicableKinds(facts).map(({ kind }) => kind),
  };
}

const hex = (digits: string, more = 0): Buffer =>
  Buffer.concat([Buffer.from(digits, 'hex'), Buffer.alloc(more)]);
const zip = (...names: string[]): Buffer => zipOf(names.map((name) => ({ name, bytes: 'x' })));

function targa(width: number, height: number): Buffer {
  const header = Buffer.alloc(18);
  header[2] = 2;
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header[16] = 24;
  return Buffer.concat([header, Buffer.alloc(width * height * 3, 7)]);
}

function stl(begin: string): Buffer {
  const bytes = Buffer.alloc(84 + 3 * 50);
  bytes.write(begin);
  bytes.writeUInt32LE(3, 80);
  return bytes;
}

/** A sequence of a number and zeros, as long as a key is. */
const der = hex('308200c8020101', 197);

describe('a healthy file is what its name says', () => {
  it.each<readonly [string, () => Buffer, string]>([
    ['talk.key', () => zip('Index/Document.iwa', 'preview.jpg'), 'iwork'],
    ['talk.key', () => zip('index.apxl'), 'iwork'],
    ['server.key', () => Buffer.from('-----BEGIN PRIVATE KEY-----\nMIIE\n'), 'pem'],
    ['server.key', () => der, 'der'],
    ['root.crt', () => der, 'der'],
    ['module.mts', () => Buffer.from('export const one = 1;\n'), 'text'],
    ['film.mts', () => Buffer.concat(Array.from({ length: 5 }, () => hex('0000000047', 187))), 'm2ts'],
    ['de.pot', () => Buffer.from('msgid ""\nmsgstr ""\n'), 'text'],
    ['a.test.ts.snap', () => Buffer.from('// Jest Snapshot v1\n'), 'text'],
    ['part.nc', () => Buffer.from('%\nG21 G90\nM30\n%\n'), 'text'],
    ['wide.nc', () => hex('43444605', 60), 'netcdf'],
    ['scan.hdr', () => Buffer.from('ENVI\nsamples = 3\n'), 'text'],
    ['cube.stl', () => stl('made by a printer'), 'stl'],
    ['cube.stl', () => stl('solid cube'), 'stl'],
    ['cube.ply', () => Buffer.from('ply\nformat binary_little_endian 1.0\nend_header\n\0\0\0\x01'), 'ply'],
    ['cube.ply', () => Buffer.from('ply\nformat ascii 1.0\nend_header\n1 2 3\n'), 'text'],
    ['data.mat', () => Buffer.from(`MATLAB 5.0 MAT-file${' '.repeat(105)}\0\x01IM\0\0\0`), 'matlab'],
    ['ride.fit', () => hex('0e104308200000002e46495400', 40), 'garmin-fit'],
    ['old.dta', () => hex('72020100', 200), 'stata'],
    ['packed.sav', () => Buffer.from('$FL3@(#) SPSS\0\0\0'), 'spss'],
    ['disc.iso', () => Buffer.concat([hex('', 32_769), Buffer.from('BEA01'), hex('', 2048)]), 'udf'],
    ['picture.tga', () => targa(20, 10), 'tga'],
    ['arrow.cur', () => hex('0000020001002020000001000100', 300), 'cur'],
    ['keys.gpg', () => hex('99010d045f000000010800', 60), 'openpgp'],
    ['letter.gpg', () => hex('8c0d0409030a', 60), 'openpgp'],
    ['model.pt', () => hex('80028a0a6cfc9c46f9206aa850192e80024de9032e', 50), 'pickle'],
    ['paper.pdf', () => Buffer.from('\ufeff\n%PDF-1.7\n1 0 obj\n%%EOF\n'), 'pdf'],
    ['small.lzma', () => hex('5d00000400ffffffffffffffff', 30), 'lzma'],
    ['outlines.otf', () => hex('0001000000', 60), 'truetype'],
    ['outlines.ttf', () => Buffer.from('OTTO\0\x0a\0\0\0'), 'opentype'],
    ['documents.zip', () => zip('[Content_Types].xml', 'word/document.xml'), 'docx'],
    ['trip.kmz', () => zip('trip.kml'), 'kmz'],
    [
      'letter.eml',
      () => Buffer.from('Date: Mon, 1 Jan 2024\r\nFrom: a@b.c\r\nTo: d@e.f\r\n\r\nx\r\n'),
      'email',
    ],
    ['thumbs.db', () => hex('ce9a5713', 60), 'unknown'],
  ])('%s', async (name, bytes, container) => {
    expect(await told(name, bytes())).toMatchObject({ container, reasons: [] });
  });
  it('a packed pipe is a file, an empty one a device', async () => {
    const piped = await told('a.zip', zipOf([{ name: '-', mode: 0o10600, bytes: 'rows' }]));
    expect(piped.reasons).toEqual([]);
    expect((await told('a.zip', zipOf([{ name: '-', mode: 0o10600 }]))).reasons).toEqual(['DEVICE_ENTRIES']);
  });
  it('digits are no certificate, whatever their length', async () => {
    expect(await told('a.txt', Buffer.from('0x0'.padEnd(122, '0')))).toMatchObject({ container: 'text' });
  });
});

/** Boxes of a movie: its brand, and a handler for each track. */
function movie(brand: string, ...handlers: string[]): Buffer {
  const box = (name: string, content: Buffer): Buffer => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + content.length);
    header.write(name, 4);
    return Buffer.concat([header, content]);
  };
  const tracks = handlers.map((handler) =>
    box('hdlr', Buffer.concat([Buffer.alloc(8), Buffer.from(handler)])),
  );
  return Buffer.concat([
    box('ftyp', Buffer.from(`${brand}\0\0\0\0${brand}`)),
    box('mdat', Buffer.alloc(100_000)),
    box('moov', Buffer.concat(tracks)),
  ]);
}

describe('a container of films that holds sound alone is sound', () => {
  it.each<readonly [string, Buffer, string]>([
    ['voice.m4a', movie('isom', 'soun'), 'audio'],
    ['voice.3gp', movie('3gp4', 'soun'), 'audio'],
    ['film.mp4', movie('isom', 'vide', 'soun'), 'video'],
    ['film.mp4', movie('qt  ', 'vide'), 'video'],
    ['song.mka', hex('1a45dfa38383838102', 50), 'audio'],
    ['film.mkv', hex('1a45dfa3838381028381010000', 50), 'video'],
    ['song.wma', hex('3026b2758e66cf11a6d900aa0062ce6c409e69f84d5bcf11a8fd00805f5c442b', 50), 'audio'],
  ])('%s', async (name, bytes, kind) => {
    expect(await told(name, bytes)).toMatchObject({ applies: [kind], reasons: [] });
  });
});
