/** What archives hold, where a reader that stops early or looks at entries one by one would miss it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { foundSchema } from '../../kinds/content/found.ts';
import { quarantineReasons } from '../../kinds/upload/verdict.ts';
import { inspectFile } from '../../media/content/inspect-file.ts';
import { tarOf } from '../support/hostile/file-maker.ts';
import { zipOf } from '../support/hostile/zip-maker.ts';

const directory = mkdtempSync(join(tmpdir(), 'onceflow-archives-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function inspected(bytes: Buffer, extension: string) {
  const inputPath = join(directory, 'input');
  writeFileSync(inputPath, bytes);
  const job = { inputPath, extension, entriesPath: join(directory, 'entries') };
  const found = foundSchema.parse(await inspectFile(job, () => {}));
  return { found, reasons: quarantineReasons(found, extension, bytes.length).map(({ code }) => code) };
}

const link = (name: string, to: string) => ({ name, type: '2', link: to });
const hardlink = (name: string, to: string) => ({ name, type: '1', link: to });

describe('a link that leads out by way of another', () => {
  it.each([
    ['up twice', [link('d/here', '.'), link('d/here/up', '..'), link('out', 'd/here/up/..')]],
    ['into a folder less deep than its name', [link('a/b/c/l', '../../../d'), link('out', 'a/b/c/l/../..')]],
    ['by one that comes later', [link('out', 'a/b/l/../..'), link('a/b/l', '../..')]],
    ['by a second name that lies higher', [link('a/b/l', '..'), hardlink('h', 'a/b/l')]],
    ['written through a link', [link('a/b', '.'), link('a/b/c', '../..')]],
  ])('%s', async (_, parts) => {
    expect((await inspected(tarOf(parts), 'tar')).reasons).toEqual(['ESCAPING_LINKS']);
  });
  it('in a ZIP archive, too', async () => {
    const symlink = (name: string, bytes: string) => ({ name, bytes, mode: 0o120777, stored: true });
    const bytes = zipOf([symlink('d/l', '..'), symlink('out', 'd/l/..')]);
    expect((await inspected(bytes, 'zip')).reasons).toEqual(['ESCAPING_LINKS']);
  });
  it('is not found among links that stay within, nor in circles', async () => {
    const within = tarOf([
      { name: 'p/lib/x.so.1', bytes: 'x' },
      link('p/lib/x.so', 'x.so.1'),
      link('p/bin', 'lib'),
      link('p/share/doc/lib', '../../bin'),
      link('p/share/x', 'doc/lib/../lib/x.so'),
      hardlink('p/lib/same', 'p/lib/x.so.1'),
      ...[link('c1', 'c2'), link('c2', 'c1'), link('c3', 'c3/c3/c3')],
    ]);
    const { found, reasons } = await inspected(within, 'tar');
    expect(reasons).toEqual([]);
    expect(found.archive).toMatchObject({ n_links: 8, complete: true });
  });
  it('costs no more than a look at each', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => link(`l${at + 1}`, `l${at}/x`));
    const began = performance.now();
    expect((await inspected(tarOf([link('l0', '.'), ...many]), 'tar')).reasons).toEqual([]);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('nothing hides in a tar', () => {
  it('behind a file with holes whose map goes on', async () => {
    const sparse = tarOf([{ name: 'disk.img', type: 'S', bytes: Buffer.alloc(512, 1) }]).subarray(0, 1024);
    const header = Buffer.from(sparse.subarray(0, 512));
    header[482] = 1;
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const more = Buffer.alloc(512);
    more[504] = 1;
    const rest = tarOf([{ name: 'hidden.exe', bytes: 'x' }]);
    const bytes = Buffer.concat([header, more, Buffer.alloc(512), sparse.subarray(512), rest]);
    const { found, reasons } = await inspected(bytes, 'tar');
    expect(found.archive?.entries.map(({ name }) => name)).toEqual(['disk.img', 'hidden.exe']);
    expect(reasons).toEqual(['EXECUTABLE_IN_ARCHIVE']);
  });
  it('in what a device claims to hold', async () => {
    const hidden = tarOf([{ name: 'hidden.exe', bytes: 'x' }]).subarray(0, 1024);
    const device = tarOf([{ name: 'null', type: '3', size: '00000002000\0' }]).subarray(0, 512);
    const { reasons } = await inspected(Buffer.concat([device, hidden, Buffer.alloc(1024)]), 'tar');
    expect(reasons).toEqual(['EXECUTABLE_IN_ARCHIVE', 'DEVICE_ENTRIES']);
  });
});

/** Headers of RAR; rarfile lists the same entries in what is made of them. */
const vint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...vint(value >> 7)];
const rar5 = (kind: number, ...rest: number[]): Buffer => {
  const body = [kind, ...rest];
  return Buffer.from([0, 0, 0, 0, ...vint(body.length), ...body]);
};
const rar5File = (name: string, bytes: number, extra: readonly number[] = []): Buffer => {
  const named = [...Buffer.from(name)];
  const fields = [...vint(bytes), 4, ...vint(bytes), 0, 1, 2, 3, 4, 0, 1, ...vint(named.length), ...named];
  const flags = extra.length > 0 ? [3, ...vint(extra.length)] : [2];
  return Buffer.concat([rar5(2, ...flags, ...fields, ...extra), Buffer.alloc(bytes)]);
};
const rar5Of = (...blocks: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('526172211a070100', 'hex'), rar5(1, 0, 0), ...blocks]);
const rar4 = (kind: number, flags: number, rest: Buffer): Buffer => {
  const header = Buffer.alloc(7);
  header[2] = kind;
  header.writeUInt16LE(flags, 3);
  header.writeUInt16LE(7 + rest.length, 5);
  return Buffer.concat([header, rest]);
};
const rar4File = (name: string, content: string, mode = 0o100644, flags = 0x8000): Buffer => {
  const fields = Buffer.alloc(25);
  fields.writeUInt32LE(content.length, 0);
  fields.writeUInt32LE(content.length, 4);
  fields[8] = 3;
  fields.writeUInt16LE(name.length, 19);
  fields.writeUInt32LE(mode, 21);
  return Buffer.concat([rar4(0x74, flags, Buffer.concat([fields, Buffer.from(name)])), Buffer.from(content)]);
};
const rar4Of = (mainFlags: number, ...blocks: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('526172211a0700', 'hex'), rar4(0x73, mainFlags, Buffer.alloc(6)), ...blocks]);

const END_5 = rar5(5, 0, 0);
const END_4 = rar4(0x7b, 0x4000, Buffer.alloc(0));
const TO_ETC = [16, 5, 1, 0, 12, ...Buffer.from('../../../etc')];

describe('RAR', () => {
  it.each<readonly [string, Buffer, readonly string[]]>([
    ['version 5', rar5Of(rar5File('a/b.txt', 300), END_5), []],
    [
      'version 5 with a program',
      rar5Of(rar5File('a.txt', 1), rar5File('b.exe', 300), END_5),
      ['EXECUTABLE_IN_ARCHIVE'],
    ],
    ['version 5 with a link', rar5Of(rar5File('l', 0, TO_ETC), END_5), ['ESCAPING_LINKS']],
    ['version 5 under a password', rar5Of(rar5File('a', 9, [2, 1, 0]), END_5), ['ENCRYPTED_ARCHIVE']],
    [
      'version 5 with names under one',
      rar5Of(rar5(4, 0, 0, 0, 15), Buffer.alloc(90, 7)),
      ['ENCRYPTED_ARCHIVE'],
    ],
    ['version 5 cut off', rar5Of(rar5File('a/b.txt', 300)).subarray(0, -5), ['DAMAGED']],
    ['version 4', rar4Of(0, rar4File('a\\b.txt', 'hello'), END_4), []],
    ['version 4 with a program', rar4Of(0, rar4File('a.exe', 'x'), END_4), ['EXECUTABLE_IN_ARCHIVE']],
    ['version 4 with a link', rar4Of(0, rar4File('l', '/etc/passwd', 0o120777), END_4), ['ESCAPING_LINKS']],
    [
      'version 4 under a password',
      rar4Of(0, rar4File('a', 'x', 0o100644, 0x8004), END_4),
      ['ENCRYPTED_ARCHIVE'],
    ],
    ['version 4 with names under one', rar4Of(0x80, Buffer.alloc(90, 7)), ['ENCRYPTED_ARCHIVE']],
    ['version 4 with headers of nothing', rar4Of(0, Buffer.alloc(500)), ['DAMAGED']],
  ])('of %s', async (_, bytes, reasons) => {
    expect((await inspected(bytes, 'rar')).reasons).toEqual(reasons);
  });
  it('lists names and sizes', async () => {
    const { found } = await inspected(rar5Of(rar5File('a/b.txt', 300), END_5), 'rar');
    expect(found.archive).toMatchObject({ listed: true, complete: true, n_files: 1, unfolded_bytes: 300 });
    expect(found.archive?.entries[0]).toMatchObject({ name: 'a/b.txt', bytes: 300, compressed_bytes: 300 });
  });
});

describe('names that a double click runs', () => {
  const shown = ['jnlp', 'msc', 'settingcontent-ms', 'appref-ms', 'pif', 'cpl'];
  it.each(shown)('.%s, as an upload and in an archive', async (extension) => {
    const alone = await inspected(Buffer.from('<some text="of it"/>\n'), extension);
    expect(alone.reasons).toEqual(['EXECUTABLE']);
    const packed = zipOf([{ name: `report.pdf.${extension}`, bytes: 'x' }]);
    expect((await inspected(packed, 'zip')).reasons).toEqual(['EXECUTABLE_IN_ARCHIVE']);
  });
  it('not names that end in .com, as copies of web pages do', async () => {
    expect((await inspected(zipOf([{ name: 'www.example.com', bytes: 'x' }]), 'zip')).reasons).toEqual([]);
  });
});
