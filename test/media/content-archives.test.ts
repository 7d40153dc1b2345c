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
