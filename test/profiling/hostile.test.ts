import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { failureOf, file, profileText, withFiles } from './profiled.ts';

withFiles();

async function failsAs(code: string, path: string): Promise<void> {
  const failure = await failureOf(path);
  expect(failure.code).toBe(code);
  expect(failure.retry).toBe('never');
  expect(failure.message).toMatch(/^[A-Z].*\.$/);
  expect(failure.hint.length).toBeGreaterThan(10);
  expect(`${failure.message} ${failure.hint}`).not.toMatch(/\/tmp|\/proc|node_modules|\n\s+at /);
}

/** A ZIP archive of deflated members that may lie about their sizes. */
function zip(members: readonly { name: string; content: Buffer; claims?: number }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claims } of members) {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(crc32(content), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(claims ?? content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(claims ?? content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

const WORKBOOK =
  '<workbook xmlns:r="r"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>';
const RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>';

function workbook(sheet: Buffer, claims?: number): Buffer {
  return zip([
    { name: 'xl/workbook.xml', content: Buffer.from(WORKBOOK) },
    { name: 'xl/_rels/workbook.xml.rels', content: Buffer.from(RELATIONS) },
    { name: 'xl/worksheets/sheet1.xml', content: sheet, ...(claims === undefined ? {} : { claims }) },
  ]);
}

describe('files that cannot be profiled end as a named failure that is not retried', () => {
  it('an empty file', async () => failsAs('EMPTY_FILE', await file('empty.csv', '')));
  it('an image named .csv', async () =>
    failsAs('NOT_A_TABLE', await file('image.csv', Buffer.from('89504e470d0a1a0a0000', 'hex'))));
  it('random bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251));
    await failsAs('NOT_A_TABLE', await file('random.csv', bytes));
  });
  it('an archive that is no workbook', async () => {
    await failsAs(
      'NOT_A_TABLE',
      await file('a.xlsx', zip([{ name: '../../PWNED', content: Buffer.from('x') }])),
    );
  });
  it('JSON nested 100,000 deep, as array, as object, and on a line', async () => {
    await failsAs('JSON_TOO_DEEP', await file('deep.json', '['.repeat(100_000)));
    await failsAs('JSON_TOO_DEEP', await file('objects.json', '{"a":'.repeat(100_000)));
    await failsAs(
      'JSON_TOO_DEEP',
      await file('closed.json', `[${'['.repeat(100_000)}${']'.repeat(100_000)}]`),
    );
    await failsAs(
      'JSON_TOO_DEEP',
      await file('deep.ndjson', `{"a":1}\n{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`),
    );
  });
  it('a gzip bomb', { timeout: 60_000 }, async () => {
    await failsAs(
      'DECOMPRESSION_BOMB',
      await file('bomb.csv.gz', gzipSync(Buffer.alloc(150 * 1024 * 1024), { level: 9 })),
    );
  });
  it('a zstd bomb of harmless frames', { timeout: 60_000 }, async () => {
    const frame = zstdCompressSync(Buffer.alloc(15 * 1024 * 1024));
    await failsAs(
      'DECOMPRESSION_BOMB',
      await file('bomb.csv.zst', Buffer.concat(Array<Buffer>(10).fill(frame))),
    );
  });
  it('zstd whose second frame is damaged', async () => {
    const frame = zstdCompressSync('a,b\n1,2\n'.repeat(1000));
    const cut = frame.subarray(0, frame.length - 2);
    await failsAs('COMPRESSION_CORRUPT', await file('cut.csv.zst', Buffer.concat([frame, cut])));
    await failsAs('COMPRESSION_CORRUPT', await file('not.csv.zst', Buffer.concat([frame, Buffer.from('x')])));
  });
  it('gzip that ends too early', async () => {
    const whole = gzipSync(Buffer.from('a,b\n1,2\n'.repeat(1000)));
    await failsAs('COMPRESSION_CORRUPT', await file('cut.csv.gz', whole.subarray(0, whole.length - 20)));
  });
  it('a corrupt Parquet file: without footer, and with a footer that lies', async () => {
    await failsAs(
      'PARQUET_CORRUPT',
      await file('a.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(100, 7)])),
    );
    const directory = await mkdtemp(join(tmpdir(), 'onceflow-parquet-'));
    const path = join(directory, 'broken.parquet');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT range AS i, hash(range)::VARCHAR AS s FROM range(5000)) TO '${path}' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    const bytes = readFileSync(path);
    bytes.fill(0xff, 10, Math.floor(bytes.length / 2));
    writeFileSync(path, bytes);
    await failsAs('PARQUET_CORRUPT', path);
    await rm(directory, { recursive: true });
  });
  it('a workbook that unfolds to far more than its size, honest about it or not', {
    timeout: 60_000,
  }, async () => {
    const row = `<row><c t="inlineStr"><is><t>${'x'.repeat(300)}</t></is></c></row>`;
    const sheet = Buffer.from(`<worksheet><sheetData>${row.repeat(400_000)}</sheetData></worksheet>`);
    await failsAs('XLSX_BOMB', await file('bomb.xlsx', workbook(sheet)));
    await failsAs('XLSX_BOMB', await file('liar.xlsx', workbook(sheet, 1000)));
  });
  it('a workbook that is truncated, declares entities, or is encrypted', async () => {
    const book = new ExcelJS.Workbook();
    book.addWorksheet('s').addRow(['a', 1]);
    const whole = Buffer.from(await book.xlsx.writeBuffer());
    await failsAs('XLSX_CORRUPT', await file('cut.xlsx', whole.subarray(0, whole.length / 2)));
    const xxe = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData/></worksheet>';
    await failsAs('XLSX_CORRUPT', await file('xxe.xlsx', workbook(Buffer.from(xxe))));
    await failsAs('XLSX_ENCRYPTED', await file('locked.xlsx', Buffer.from('d0cf11e0a1b11ae10000', 'hex')));
  });
  it('a quote that is never closed over more than a record may hold', { timeout: 60_000 }, async () => {
    await failsAs('RECORD_TOO_LONG', await file('quote.csv', `a,b\n1,"${'x'.repeat(70 * 1024 * 1024)}\n`));
  });
});

describe('names that trick programs', () => {
  const names = [
    '-rf.csv',
    "quote'.csv",
    'a"b.csv',
    'new\nline.csv',
    '*.csv',
    '[ab]?.csv',
    '🦆.csv',
    '$(touch PWNED).csv',
    'a:b.csv',
    '%n.csv',
  ];
  for (const name of names) {
    it(`${JSON.stringify(name)} gives the same result as a plain name`, async () => {
      const { result } = await profileText(name, 'a,b\n1,x\n2,y\n');
      expect(result.profiling.dataset).toMatchObject({ n_rows: 2, n_columns: 2 });
      expect(result.resource.mismatch).toBe(false);
    });
  }
});

describe('good content under a wrong name', () => {
  it('is profiled, with an alert', async () => {
    const { codes, result } = await profileText('really.parquet', 'a,b\n1,x\n2,y\n');
    expect(codes).toContain('EXTENSION_MISMATCH');
    expect(result.resource).toMatchObject({
      declaredType: 'parquet',
      mismatch: true,
      detectedType: { container: 'csv' },
    });
  });
  it('does not take a broken quote, a zero byte or a cut line for the end of the table', async () => {
    const { result } = await profileText('odd.csv', Buffer.from('a,b\n1,x\u0000y\n2,"open\n3,z\n'));
    expect(result.profiling.dataset.n_rows).toBe(1);
    expect(result.profiling.rows.rejected[0]).toMatchObject({
      line: 3,
      reason: 'a quote is opened and never closed',
    });
  });
});
