/** 7z archives by py7zr: a folder with files and a link, one file under a password, and one with its name, too. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { foundSchema } from '../../kinds/content/found.ts';
import { quarantineReasons } from '../../kinds/upload/verdict.ts';
import { inspectFile } from '../../media/content/inspect-file.ts';
import { unpackLzma } from '../../media/content/lzma.ts';
import { unpackLzma2 } from '../../media/content/lzma2.ts';

const directory = mkdtempSync(join(tmpdir(), 'onceflow-7z-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const TREE = Buffer.from(
  'N3q8ryccAASbcizp1QAAAAAAAAAWAAAAAAAAAEwjS9LgFYAALF0ANBlJ7o6pz68t7negrePEEmerO8Q5ltDWIFQjwcyok++W' +
    'H0bSn1FwV7w+uAAA4AD0AJldAACBMweuD9E9XiygimmwueFKrqGI70GEr7S4S9ekK1wel9mvvTXzZlpk5pfd8r30qvqahcWJ' +
    'k367k65OdtiPM8uJstUH3xIq5MQHQSAt5qtWijtcPBdsN7JOLjGJnXDxrxQnxo53FooCYSBpoCuF2Etz+WxRGSo/f/0Mo1ld' +
    'ak9M10flLJWSSl5emcpeljz/ZHOGNNSYRygAAAAXBjQBCYChAAcLAQABISEBGAyA9QAA',
  'base64',
);
const LOCKED = Buffer.from(
  'N3q8ryccAARFmI7BeQAAAAAAAAAUAAAAAAAAAIHWvcqNutYIl6PQxJOsFJcrOhGXAQBkAQQGAAEJEAoB/MJgKQAHCwEAAiQG' +
    '8QcBElMPIStEMA0TS+a+NysT/A6jXCEhARgBAAwGAgAICgGsKpPYAAAFARENAGEALgB0AHgAdAAAABQKAQDA/hMRbn/dARUG' +
    'AQAggICBAAAAFwYQAQlpAAcLAQABISEBGAxlAAA=',
  'base64',
);
const NAMES_LOCKED = Buffer.from(
  'N3q8ryccAATqMVo7gAAAAAAAAAAoAAAAAAAAAJEOskJvLy9eEcH+hO1HCzK1XTi7xN9X+gUyT/AVWkDM4qF6Bu8LwhgF47rG' +
    'q30o3nb5tKE1OCeOvckoV6VD20ZRgZrFwLOiRSUAFx6E8yTyVFapVwa+D4q6VruuU2ipMv3FpprumTKG6WdkPDD761le7UHM' +
    'xxk2fTrfklVE+97SZLkBUhcGEAEJcAAHCwEAASQG8QcBElMPKTy3Z/t4kNOj356E0XEyaQxlAAA=',
  'base64',
);

async function inspected(bytes: Buffer) {
  const inputPath = join(directory, 'input');
  writeFileSync(inputPath, bytes);
  const job = { inputPath, extension: '7z', entriesPath: join(directory, 'entries') };
  const found = foundSchema.parse(await inspectFile(job, () => {}));
  return { found, reasons: quarantineReasons(found, '7z', bytes.length).map(({ code }) => code) };
}

it('lists the files of a 7z archive by its packed header', async () => {
  const { found, reasons } = await inspected(TREE);
  expect(reasons).toEqual(['EXECUTABLE_IN_ARCHIVE']);
  expect(found.archive).toMatchObject({
    ...{ listed: true, complete: true, n_files: 3, n_directories: 2, n_links: 1, unfolded_bytes: 5505 },
  });
  const told = found.archive?.entries.map(({ name, type, bytes }) => [name, type, bytes]);
  expect(told).toEqual([
    ['d7', 'directory', 0],
    ['d7/a.txt', 'file', 5000],
    ['d7/e.txt', 'file', 0],
    ['d7/l', 'symlink', 5],
    ['d7/sub', 'directory', 0],
    ['d7/sub/b.exe', 'file', 500],
  ]);
});

it('sees a password, of files and of their names', async () => {
  const files = await inspected(LOCKED);
  expect(files.reasons).toEqual(['ENCRYPTED_ARCHIVE']);
  expect(files.found.archive).toMatchObject({ complete: true, n_encrypted: 1 });
  const names = await inspected(NAMES_LOCKED);
  expect(names.reasons).toEqual(['ENCRYPTED_ARCHIVE']);
  expect(names.found.archive).toMatchObject({ complete: false, reason: 'its names are encrypted' });
});

it('is damaged, and nothing worse, wherever a byte is lost or another one', async () => {
  for (const archive of [TREE, LOCKED]) {
    for (let at = 6; at < archive.length; at += 1) {
      const changed = Buffer.from(archive);
      changed[at] = (changed[at] as number) ^ 0xff;
      for (const bytes of [
        changed,
        archive.subarray(0, at),
        Buffer.concat([archive.subarray(0, at), Buffer.alloc(99)]),
      ])
        expect((await inspected(bytes)).found.type.container).toBe('7z');
    }
  }
});

it('unfolds LZMA as xz packed it', () => {
  const text = Buffer.from('one fish two fish, one fish two fish, red fish blue fish\n'.repeat(40));
  const packed = Buffer.from(
    '5d00008000ffffffffffffffff00379b88ce766494e41eea0001090b8a28d82d883252b3891dd7ad1f934064742f00e43d051392722f6fb678d9c22b9ba53ffffadff000',
    'hex',
  );
  expect(unpackLzma(packed.subarray(13), packed.subarray(0, 5), text.length)).toEqual(text);
  expect(unpackLzma(packed.subarray(13), packed.subarray(0, 5), text.length + 1)).toBe(null);
  expect(unpackLzma(Buffer.alloc(200), Buffer.from([93]), 100_000)).not.toBeUndefined();
  const stored = Buffer.concat([Buffer.from([1, 0, 3]), Buffer.from('fish'), Buffer.from([0])]);
  expect(unpackLzma2(stored, 4)?.toString()).toBe('fish');
  expect(unpackLzma2(stored, 5)).toBe(null);
});
