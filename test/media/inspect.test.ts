/** What a file is and what is in it, by its bytes alone. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { foundSchema } from '../../kinds/content/found.ts';
import { quarantineReasons } from '../../kinds/upload/verdict.ts';
import { inspectFile } from '../../media/content/inspect-file.ts';
import { headSignatures, tailSignatures } from '../../media/content/signatures.ts';
import { openZstdDecoder } from '../../media/program/zstd.ts';
import { tarOf } from '../support/hostile/file-maker.ts';
import { fileCases } from '../support/hostile/file-cases.ts';
import { zipOf } from '../support/hostile/zip-maker.ts';

const directory = mkdtempSync(join(tmpdir(), 'onceflow-inspect-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function inspected(bytes: Buffer, name = 'file') {
  const inputPath = join(directory, 'input');
  writeFileSync(inputPath, bytes);
  const extension = extname(name).slice(1).toLowerCase() || null;
  const found = await inspectFile(
    { inputPath, extension, entriesPath: join(directory, 'entries') },
    () => {},
  );
  return { found: foundSchema.parse(found), extension };
}

describe('names each format by its bytes', () => {
  const formats = [...headSignatures, ...tailSignatures];
  it('knows more than sixty', () => {
    expect(new Set(formats.map(({ type }) => type.mime)).size).toBeGreaterThan(60);
  });
  it.each(headSignatures)('$type.container by $bytes', async ({ bytes, at, type }) => {
    const { found } = await inspected(
      Buffer.concat([Buffer.alloc(at), Buffer.from(bytes, 'hex'), Buffer.alloc(64)]),
    );
    expect(bytes).toMatch(/^(?:[0-9a-f]{2})+$/);
    expect(found.type).toMatchObject({ mime: type.mime, family: type.family });
  });
  it.each(tailSignatures)('$type.container at the end', async ({ bytes, at, type }) => {
    const tail = Buffer.alloc(at);
    tail.write(bytes, 'hex');
    const { found } = await inspected(Buffer.concat([Buffer.alloc(4000), tail]));
    expect(found.type.mime).toBe(type.mime);
  });
  it('UTF-16 with its mark, which begins as MPEG sound does', async () => {
    const text = Buffer.from('\ufeffCustomer;City\r\n1;Köln\r\n', 'utf16le');
    expect((await inspected(text, 'a.csv')).found.type.family).not.toBe('audio');
    expect((await inspected(text, 'a.csv')).found.type.mime).toMatch(/^text\//);
  });
  it.each([
    ['a,b\n1,2\n3,4\n', 'text/csv'],
    ['{"a": 1}\n{"a": 2}\n', 'application/x-ndjson'],
    ['{"a": [1, 2]}', 'application/json'],
    ['<?xml version="1.0"?><svg xmlns="x"/>', 'image/svg+xml'],
    ['<!DOCTYPE html><p>x', 'text/html'],
    ['\ufeffplain words', 'text/plain'],
    ['ORCHIDS of the world\n', 'text/plain'],
    ['100%free of charge, and more\n', 'text/plain'],
    ['Dear all, this is prose, with commas.\nAnd one more line.\nThe end.\n', 'text/plain'],
  ])('text %j is %s', async (text, mime) => {
    expect((await inspected(Buffer.from(text))).found.type.mime).toBe(mime);
  });
  it.each([
    [['mimetype', 'META-INF/container.xml'], 'application/epub+zip', 'application/epub+zip'],
    [
      ['[Content_Types].xml', 'ppt/presentation.xml'],
      '',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
    [['AndroidManifest.xml', 'classes.dex'], '', 'application/vnd.android.package-archive'],
    [['doc.kml'], '', 'application/vnd.google-earth.kmz'],
    [['a.txt'], '', 'application/zip'],
  ])('archive of %j', async (names, mimetype, mime) => {
    const parts = names.map((name) => ({ name, stored: true, bytes: name === 'mimetype' ? mimetype : '' }));
    expect((await inspected(zipOf(parts))).found.type.mime).toBe(mime);
  });
});

describe('says what speaks against a file', () => {
  it.each(fileCases)('$title', async ({ bytes, name, reasons, container }) => {
    const content = bytes();
    const { found, extension } = await inspected(content, name);
    expect(found.type.container).toBe(container);
    const codes = quarantineReasons(found, extension, content.length).map(({ code }) => code);
    expect(codes).toEqual(reasons);
    expect(readdirSync(directory).filter((left) => left !== 'entries')).toEqual(['input']);
  });
});

it('lists what an archive holds, with sizes and links', async () => {
  const { found } = await inspected(
    zipOf([
      { name: 'a.txt', bytes: 'x'.repeat(1000) },
      { name: 'b/' },
      { name: 'l', mode: 0o120777, bytes: 'a.txt', stored: true },
      { name: 'a.txt', bytes: 'again' },
    ]),
  );
  expect(found.archive).toMatchObject({
    ...{ listed: true, complete: true, n_entries: 4, n_files: 2, n_directories: 1, n_links: 1 },
    ...{ n_duplicate_names: 1, unfolded_bytes: 1010 },
  });
  expect(found.archive?.entries[0]).toMatchObject({
    name: 'a.txt',
    bytes: 1000,
    modified: '2025-01-10T12:00:00',
  });
  expect(found.archive?.entries[2]).toMatchObject({ type: 'symlink', link_target: 'a.txt' });
});

it('reads the name that a gzip file keeps, and distrusts it', async () => {
  const head = Buffer.from('1f8b0808000000000003', 'hex');
  const packed = gzipSync(Buffer.from('hello')).subarray(10);
  const { found } = await inspected(Buffer.concat([head, Buffer.from('../x.exe\0'), packed]));
  expect(found.archive).toMatchObject({
    n_entries: 1,
    n_traversal_names: 1,
    n_executables: 1,
    unfolded_bytes: 5,
  });
});

it('lists a tar in the frames of zstd, whatever frames come before', async () => {
  const tar = tarOf([{ name: 'bad.exe', bytes: 'x'.repeat(2000) }]);
  const frames = [tar.subarray(0, 700), tar.subarray(700)].map((part) => zstdCompressSync(part));
  const skipped = Buffer.from('5f2a4d1803000000010203', 'hex');
  const { found } = await inspected(Buffer.concat([skipped, ...frames]));
  expect(found).toMatchObject({
    type: { container: 'zstd' },
    archive: { format: 'tar+zstd', complete: true, n_executables: 1, unfolded_bytes: tar.length },
  });
});

it('counts every frame of zstd, so that nothing hides behind the first', async () => {
  const tar = tarOf([{ name: 'bad.exe', bytes: 'x' }]);
  const { found } = await inspected(Buffer.concat([zstdCompressSync('readme'), zstdCompressSync(tar)]));
  expect(found.archive).toMatchObject({ complete: true, unfolded_bytes: 6 + tar.length });
  const { found: damaged } = await inspected(Buffer.concat([zstdCompressSync('readme'), tar]));
  expect(damaged.archive).toMatchObject({ complete: false });
});

it('knows a tar from before it had a name', async () => {
  const tar = tarOf([{ name: 'a.txt', bytes: 'x' }]);
  const old = Buffer.from(tar);
  old.fill(0, 257, 265);
  old.fill(0x20, 148, 156);
  const sum = old.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  old.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  expect((await inspected(old)).found).toMatchObject({
    type: { container: 'tar' },
    archive: { n_entries: 1 },
  });
});

it('knows programs in archives by names that Windows shortens, and a binary workbook', async () => {
  for (const name of ['evil.exe ', 'evil.exe.', 'set.reg', 'go.url', 'run.command']) {
    const { found } = await inspected(tarOf([{ name, bytes: 'x' }]), 'a.tar');
    expect([name, found.archive?.n_executables]).toEqual([name, 1]);
  }
  const parts = ['[Content_Types].xml', 'xl/workbook.bin'];
  const { found } = await inspected(zipOf(parts.map((name) => ({ name, bytes: 'x' }))), 'a.xlsb');
  expect(found.type).toMatchObject({ container: 'xlsb', family: 'table' });
});

it('finds no decoder of zstd in a Node that has none', () => {
  expect(openZstdDecoder({})).toBeNull();
  expect(openZstdDecoder()).not.toBeNull();
});
