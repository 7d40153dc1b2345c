/** The kinds `upload` and `large-file` on a real stack. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UploadResult } from '../../client/index.ts';
import { eventually } from '../support/flow.ts';
import { elf } from '../support/hostile/file-maker.ts';
import { fileCases as allCases } from '../support/hostile/file-cases.ts';
import { refusedPlaces } from '../support/hostile/refused-places.ts';
import {
  expectUntouched,
  lookAround,
  privateTemporary,
  type Surroundings,
} from '../support/hostile/surroundings.ts';
import { expectFinite, refusalOf } from '../support/hostile/verdicts.ts';
import { attemptsOf, generationsOf } from '../support/ledger-facts.ts';
import { penguins, type Product, startProduct } from '../support/product.ts';
import { runningChildren } from '../support/witness.ts';

const MEBIBYTE = 1024 ** 2;
const temporary = privateTemporary();
let product: Product;
let before: Surroundings;
const kinds = ['upload', 'large-file'] as const;
/** The others are looked into without a stack, in test/media/inspect.test.ts. */
const fileCases = allCases.filter(({ title }) =>
  [
    ...['zip bomb', 'overlapping entries', 'names that climb', 'directory behind the end', '70,000 entries'],
    ...['gzip bomb', 'tar with a huge size', 'program named as a picture', 'empty', 'plain text'],
  ].includes(title),
);
const places = refusedPlaces('upload', 'bin').filter(({ title }) => title !== 'empty');

beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => {
  await product.stop();
  temporary.remove();
});

function put(name: string, bytes: Buffer): string {
  const path = join(product.files, name);
  writeFileSync(path, bytes);
  return path;
}

const sha256sum = (path: string): string =>
  execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);

async function uploaded(resourceId: string, generation?: number): Promise<UploadResult> {
  const ref = { kind: 'upload' as const, resourceId, ...(generation === undefined ? {} : { generation }) };
  return (await product.client.result(ref, { timeoutMs: 60_000 })).document;
}

describe('an upload with autoAnalyze', () => {
  const submit = (resourceId: string, source?: string) =>
    product.client.submit('upload', resourceId, { ...(source && { source }), params: { autoAnalyze: true } });

  it('starts what applies with the commit of its own result, and says who asked and why', async () => {
    await submit('table', product.place(penguins));
    const { upload, resource } = await uploaded('table');
    expect(upload).toMatchObject({ verdict: 'accept', applies: [{ kind: 'profiling', starts: true }] });
    expect(resource).toMatchObject({ sha256: sha256sum(penguins), mismatch: false });
    // The next read finds it: no waiting for a relay.
    const view = await product.client.get({ kind: 'profiling', resourceId: 'table' });
    expect(view?.run).toMatchObject({ generation: 1, trigger: 'submit' });
    const rows = await product.sql(
      `select owner, requested_by, reason from onceflow.runs where kind = 'profiling'`,
    );
    expect(rows).toEqual([
      { owner: 'test', requested_by: 'test', reason: expect.stringMatching(/^upload:table, generation 1/) },
    ]);
    await product.client.result({ kind: 'profiling', resourceId: 'table' }, { timeoutMs: 60_000 });
  });

  it('starts nothing twice when it is done again, and again when the bytes are others', async () => {
    const runs = () =>
      product.sql(
        `select generation from onceflow.runs where kind = 'profiling' and resource_id = 'table' order by 1`,
      );
    await submit('table');
    await uploaded('table', 2);
    expect(await runs()).toEqual([{ generation: 1 }]);
    put('penguins.csv', Buffer.from('a,b\n1,2\n3,4\n'));
    await submit('table');
    await uploaded('table', 3);
    expect(await runs()).toEqual([{ generation: 1 }, { generation: 2 }]);
    await product.client.result(
      { kind: 'profiling', resourceId: 'table', generation: 2 },
      { timeoutMs: 60_000 },
    );
  });

  it('starts nothing for a file that it holds back', async () => {
    await submit('program', put('holiday.csv', elf));
    const { upload } = await uploaded('program');
    expect(upload).toMatchObject({
      verdict: 'quarantine',
      reasons: [{ code: 'TYPE_MISMATCH' }, { code: 'EXECUTABLE' }],
    });
    expect(
      await product.sql(`select 1 from onceflow.runs where resource_id = 'program' and kind <> 'upload'`),
    ).toEqual([]);
  });

  it('names every analysis that applies, and completes whether anybody serves it or not', async () => {
    await submit('letter', put('letter.txt', Buffer.from('Dear all, this is text.\n')));
    const { upload } = await uploaded('letter');
    expect(upload.applies).toMatchObject([{ kind: 'text', starts: true }]);
    expect(await generationsOf(product, 'letter')).toContain('1 submit completed');
  });
});

it('measures the digest of a large file in chunks, equal to sha256sum, and tells lines and chunks', async () => {
  const text = 'one line of forty bytes, with some words\n'.repeat(120_000);
  const path = put('lines.txt', Buffer.from(text));
  await product.client.submit('large-file', 'lines', { source: path, params: { chunk_bytes: MEBIBYTE } });
  const { document } = await product.client.result(
    { kind: 'large-file', resourceId: 'lines' },
    { timeoutMs: 120_000 },
  );
  const { 'large-file': file, resource } = document;
  expect([file.sha256, resource.sha256]).toEqual([sha256sum(path), sha256sum(path)]);
  expect(file).toMatchObject({
    n_chunks: 5,
    text: { is_text: true, encoding: 'ascii', lines: 120_000, newline: 'lf', longest_line_bytes: 40 },
    reading: { resumes: [] },
  });
  for (const { offset_bytes: offset, length_bytes: length, sha256 } of file.chunks) {
    const own = readFileSync(path).subarray(offset, offset + length);
    expect(sha256).toBe(createHash('sha256').update(own).digest('hex'));
  }
  const again = await product.client.submit('large-file', 'lines');
  expect(again).toMatchObject({ outcome: 'completed', generation: 1 });
});

describe('bad input', () => {
  const idOf = (kind: string, index: number) => `bad-${kind}-${index}`;
  beforeAll(async () => {
    const paths = fileCases.map(({ name, bytes }, index) => put(`${index}-${name}`, bytes()));
    const made: string[] = [];
    for (const { make } of places) made.push(await make(product.files));
    before = lookAround(product, temporary.path);
    await product.client.submitMany(
      kinds.flatMap((kind) =>
        [...paths, ...made].map((source, index) => ({ kind, resourceId: idOf(kind, index), source })),
      ),
    );
  });

  it.each(fileCases.map((one, index) => ({ ...one, index })))(
    'upload: $title',
    async ({ index, reasons }) => {
      const document = await uploaded(idOf('upload', index));
      expect(document.upload.reasons.map(({ code }) => code)).toEqual(reasons);
      expectFinite(document);
    },
  );

  it.each(fileCases.map((one, index) => ({ ...one, index })))(
    'large-file: $title',
    async ({ index, bytes }) => {
      const ref = { kind: 'large-file' as const, resourceId: idOf('large-file', index) };
      const document = (await product.client.result(ref, { timeoutMs: 120_000 })).document;
      expect(document['large-file'].sha256).toBe(createHash('sha256').update(bytes()).digest('hex'));
      expectFinite(document);
    },
  );

  it.each(places.flatMap((one, index) => kinds.map((kind) => ({ ...one, kind, index }))))(
    '$kind: $title',
    async ({ kind, index, code }) => {
      const refusal = await refusalOf(product, { kind, resourceId: idOf(kind, fileCases.length + index) });
      expect(refusal.code, refusal.message).toMatch(code);
    },
  );

  it('leaves workers, processes, files and prototypes as they were', async () => {
    await expectUntouched(product, temporary.path, before);
  });
});

describe('a large file of 1,200 MB', () => {
  let path: string;
  const measuring = () =>
    eventually('a chunk is measured', () => runningChildren(product, /measure/)[0], 60_000);
  const progressOf = async (resourceId: string): Promise<number> => {
    const rows = await product.sql(
      `select p.done from onceflow.progress p join onceflow.runs r using (run_id) where r.resource_id = $1 and p.unit = 'bytes'`,
      [resourceId],
    );
    return Number(rows[0]?.['done'] ?? 0);
  };
  beforeAll(() => {
    path = put('large.bin', randomBytes(8 * MEBIBYTE));
    truncateSync(path, 1200 * MEBIBYTE);
  });

  it('goes on nearly at the byte when its worker is killed in the middle of a chunk', async () => {
    const params = { chunk_bytes: 512 * MEBIBYTE };
    await product.client.submit('large-file', 'killed', { source: path, params });
    await eventually(
      'a third of a chunk is measured',
      async () => (await progressOf('killed')) > 300 * MEBIBYTE,
    );
    const reached = await progressOf('killed');
    process.kill(product.embedded.pids()['io'] ?? 0, 'SIGKILL');
    const { document } = await product.client.result(
      { kind: 'large-file', resourceId: 'killed' },
      { timeoutMs: 150_000 },
    );
    const { 'large-file': file } = document;
    expect(file.sha256).toBe(sha256sum(path));
    expect(file.reading.resumes).toHaveLength(1);
    const at = file.reading.resumes[0]?.at_byte ?? 0;
    const attempts = await attemptsOf(product, 'killed', '.chunk');
    expect(attempts.length).toBe(file.n_chunks + 1);
    // A few seconds of reading: a state each second, a heartbeat each two.
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThanOrEqual(reached + 64 * MEBIBYTE);
    expect(file.reading.bytes_read - file.reading.bytes).toBeLessThan(64 * MEBIBYTE);
    expect(await generationsOf(product, 'killed')).toEqual(['1 submit completed']);
  });

  it('ends within 5 s when it is cancelled, and leaves no process', async () => {
    await product.client.submit('large-file', 'cancelled', { source: path });
    await measuring();
    const askedAt = performance.now();
    await product.client.cancel({ kind: 'large-file', resourceId: 'cancelled' });
    await eventually(
      'it is cancelled',
      async () => (await generationsOf(product, 'cancelled'))[0] === '1 submit cancelled',
    );
    expect(runningChildren(product, /measure/)).toEqual([]);
    expect(performance.now() - askedAt).toBeLessThan(10_000);
  });
});
