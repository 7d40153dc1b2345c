import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { clean } from '../../client/clean.ts';
import type { CleanOptions } from '../../client/onceflow.ts';
import type { Actor, TemporalRun } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { claimed, commitOf, fenceOf, freshId, operator, submit, submitter } from './verbs.ts';

/** What stays in the store of artefacts, and what may go. */
const db = withLedger();
const home = mkdtempSync(join(tmpdir(), 'onceflow-clean-'));
let store = '';
beforeEach(() => {
  store = mkdtempSync(join(home, 'store-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const kind = 'profiling';
const cleaned = (options: Partial<CleanOptions> = {}, actor: Actor = operator) =>
  clean({ ledger: db.ledger, call: (operation) => operation(), actor }, { store, ...options });

function lay(path: string): string {
  mkdirSync(dirname(join(store, path)), { recursive: true });
  writeFileSync(join(store, path), 'bytes');
  return path;
}

const inStore = (): readonly string[] =>
  readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(store.length + 1))
    .sort();

interface Began {
  readonly id: string;
  readonly runId: string;
  readonly run: TemporalRun;
  readonly fence: number;
  readonly path: string;
}

/** A run that is under way, with a file of its step; one that takes over what another made writes none. */
async function began(id: string, from: Began | null = null): Promise<Began> {
  const answer = await submit(db.ledger, id, { kind });
  const run = await claimed(db.ledger, answer);
  const fence = await fenceOf(db.ledger, run, { instance: 'one', incarnation: answer.incarnation });
  const path = from?.path ?? lay(`${kind}/${id}/${answer.runId}/${kind}.join/one/${fence}/a.jpg`);
  return { id, runId: answer.runId, run, fence, path };
}

/** Leaves an output: computed and remembered under `k-<key>`, or taken from another attempt. */
async function left(one: Began, key: string, from: Began | null = null): Promise<boolean> {
  return db.ledger.finish({
    fence: one.fence,
    temporalRunId: one.run.temporalRunId,
    value: null,
    document: { ok: 1 },
    artefacts: [{ name: 'a.jpg', mediaType: 'image/jpeg', bytes: 5, sha256: 'x', path: one.path }],
    pin: null,
    memoryKey: `k-${key}`,
    rememberedFrom: from?.fence ?? null,
    computedWith: { version: 1, models: [] },
  });
}

async function completed(id: string, key = id, from: Began | null = null): Promise<Began> {
  const one = await began(id, from);
  expect(await left(one, key, from)).toBe(true);
  await db.ledger.commit(commitOf(one.run, one.fence));
  return one;
}

const boom = { code: 'BOOM', message: 'It broke.', hint: 'Mend it.' };
async function failed(id: string, key = id): Promise<Began> {
  const one = await began(id);
  await left(one, key);
  await db.ledger.failRun(one.run, boom);
  return one;
}

/** Everything that is in the ledger by now happened so many days ago. */
async function later(days: number): Promise<void> {
  for (const [table, columns] of [
    ['runs', ['ended_at']],
    ['step_attempts', ['ended_at', 'started_at', 'renewed_at', 'lease_until']],
    ['step_memory', ['at']],
  ] as const) {
    const moved = columns.map((column) => `${column} = ${column} - $1::float8 * interval '1 day'`);
    await db.sql(`update onceflow.${table} set ${moved.join(', ')}`, [days]);
  }
}

test('the standing result keeps its files for ever, the one that it replaced for the keeping time', async () => {
  const id = freshId();
  const old = await completed(id);
  await later(1);
  const standing = await completed(id, `${id}-2`);
  expect((await cleaned()).files).toEqual([]);
  await later(60);
  expect((await cleaned()).files).toEqual([old.path]);
  expect(inStore()).toEqual([standing.path]);
  const [row] = await db.sql<{ n: number }>(
    'select count(*)::int as n from onceflow.artefacts where path = $1',
    [old.path],
  );
  expect(row?.n).toBe(0);
});

test('a result whose steps were taken from another resource keeps its files after that one was deleted', async () => {
  const [first, second] = [freshId(), freshId()];
  const made = await completed(first);
  await completed(second, first, made);
  await db.ledger.deleteResource(first, operator);
  await later(60);
  expect(await cleaned()).toMatchObject({ files: [], memoryEntries: 0 });
  expect(existsSync(join(store, made.path))).toBe(true);
  await db.ledger.deleteResource(second, operator);
  expect(await cleaned()).toMatchObject({ files: [made.path], bytes: 5, memoryEntries: 1 });
  expect(inStore()).toEqual([]);
});

test('what a deleted resource left goes after the grace, though its memory is young', async () => {
  const made = await completed(freshId());
  await db.ledger.deleteResource(made.id, operator);
  expect((await cleaned()).files).toEqual([]);
  await later(0.5);
  expect((await cleaned()).files).toEqual([made.path]);
});

test('the memory of a failed run keeps its files as long as it is used, and the newest run keeps them anyway', async () => {
  const id = freshId();
  const first = await failed(id);
  await later(60);
  expect((await cleaned()).files).toEqual([]);
  const second = await failed(id, `${id}-2`);
  const user = await completed(freshId(), id, first);
  await later(20);
  expect((await cleaned()).files).toEqual([]);
  await completed(user.id, `${user.id}-2`);
  await later(40);
  expect((await cleaned()).files).toEqual([first.path]);
  expect(inStore()).toContain(second.path);
});

test('nothing of an analysis goes while it has an open run, which may be a reset that builds on it', async () => {
  const id = freshId();
  const old = await completed(id);
  await completed(id, `${id}-2`);
  await later(60);
  const open = await began(id);
  expect((await cleaned()).files).toEqual([]);
  await db.ledger.failRun(open.run, boom);
  expect((await cleaned()).files).toEqual([old.path]);
});

test('files that an attempt left without a word go an hour after its last sign of life', async () => {
  const dead = await began(freshId());
  await db.ledger.endAttempt(dead.fence, 'its worker died');
  const alive = await began(freshId());
  expect((await cleaned()).files).toEqual([]);
  await later(0.5);
  await db.ledger.renew(alive.fence);
  expect((await cleaned()).files).toEqual([dead.path]);
});

test('what is not known to this ledger, or lies where no attempt writes, is left alone', async () => {
  const made = await completed(freshId());
  await db.ledger.deleteResource(made.id, operator);
  await later(60);
  const [known, other] = [made.path.split('/'), '01234567-89ab-4cde-8f01-23456789abcd'];
  const foreign = lay([...known.slice(0, 2), other, ...known.slice(3)].join('/'));
  const stepless = lay([...known.slice(0, 3), 'profiling.other', ...known.slice(4)].join('/'));
  const deep = lay([...known, 'deeper.jpg'].join('/').replace('a.jpg', 'folder'));
  const fenceless = lay(known.map((part, index) => (index === 5 ? '1e3' : part)).join('/'));
  const shallow = lay('readme.txt');
  symlinkSync('nowhere', join(store, 'link'));
  const { files, strange } = await cleaned();
  expect(files).toEqual([made.path]);
  expect([...strange].sort()).toEqual([dirname(deep), fenceless, 'link', shallow].sort());
  expect(inStore()).toEqual([foreign, stepless, deep, fenceless, 'link', shallow].sort());
});

test('a dry run says exactly what a clean removes, and changes nothing', async () => {
  const ids = Array.from({ length: 6 }, freshId);
  const firsts: Began[] = [];
  for (const id of ids) firsts.push(await completed(id));
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) await failed(id, `${id}-f`);
    else await completed(id, `${id}-c`);
  }
  await later(45);
  await completed(freshId(), ids[1], firsts[1]);
  await db.ledger.deleteResource(ids[2] as string, operator);
  const before = inStore();
  const said = await cleaned({ dryRun: true });
  expect(inStore()).toEqual(before);
  expect(await cleaned({ dryRun: true })).toEqual(said);
  expect(said.files.length).toBeGreaterThan(2);
  expect(await cleaned()).toEqual(said);
  expect(inStore()).toEqual(before.filter((path) => !said.files.includes(path)));
  expect(await cleaned()).toMatchObject({ files: [], memoryEntries: 0 });
});

test('an attempt that takes an entry at the moment of a clean keeps its files, or computes', async () => {
  const made = await completed(freshId());
  await db.ledger.deleteResource(made.id, operator);
  await later(60);
  const takers = await Promise.all(Array.from({ length: 8 }, () => began(freshId(), made)));
  const taking = takers.map((taker) => left(taker, made.id, made));
  const [{ files }, ...taken] = await Promise.all([cleaned(), ...taking]);
  expect(files.includes(made.path)).toBe(!taken.some(Boolean));
  expect(existsSync(join(store, made.path))).toBe(taken.some(Boolean));
});

test('whoever may not, a ledger that is away, and a store that cannot be read remove nothing', async () => {
  const made = await completed(freshId());
  await db.ledger.deleteResource(made.id, operator);
  await later(60);
  await expect(cleaned({}, submitter)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(cleaned({ keepDays: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  const away = { ...db.ledger, releaseFiles: () => Promise.reject(new Error('away')) };
  const context = { ledger: away, call: <T>(operation: () => Promise<T>) => operation(), actor: operator };
  await expect(clean(context, { store })).rejects.toThrow('away');
  expect(inStore()).toEqual([made.path]);
  if (process.getuid?.() === 0) return;
  chmodSync(join(store, kind), 0);
  await expect(cleaned()).rejects.toMatchObject({ code: 'STORE_UNUSABLE' });
  chmodSync(join(store, kind), 0o755);
});
