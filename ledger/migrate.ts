import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { connectError, isRepeatable, LedgerError, typedError } from './errors.ts';
import { keepAlive } from './pool.ts';

/** Any number that nobody else locks; two migrations at once wait for each other. */
const advisoryLock = 7_266_831;

/**
 * Whoever waits for a strong lock makes all that come later wait behind it. So a migration gives up soon, lets them
 * pass, and tries again for about two minutes.
 */
const lockTimeoutMs = 1_000;
const pauseMs = 1_000;
const lockTries = 60;

/** Numbered, forward-only, each in a transaction of its own. Safe to call from several processes at once. */
export async function migrate(databaseUrl: string): Promise<{ applied: string[] }> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'onceflow migrate',
    ...keepAlive,
  });
  try {
    await client.connect().catch((error: unknown) => {
      throw connectError(error);
    });
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    return { applied: await applyMissing(client) };
  } catch (error) {
    throw typedError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function applyMissing(client: pg.Client): Promise<string[]> {
  await client.query('create schema if not exists onceflow');
  await client.query(
    'create table if not exists onceflow.migrations (name text primary key, at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ name: string }>('select name from onceflow.migrations');
  const known = await migrations();
  const done = new Set(rows.map((row) => row.name));
  const newer = [...done].filter((name) => !known.some((migration) => migration.name === name));
  if (newer.length > 0) {
    const hint = 'Use the version of Onceflow that migrated it, or a newer one.';
    throw new LedgerError('LEDGER_NOT_MIGRATED', `The database is newer: ${newer.join(', ')}.`, hint);
  }
  const missing = known.filter((migration) => !done.has(migration.name));
  for (const migration of missing) await applyPatiently(client, migration);
  return missing.map((migration) => migration.name);
}

async function applyPatiently(client: pg.Client, migration: Migration): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await apply(client, migration);
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      const typed = typedError(error);
      if (!isRepeatable(typed) || tries === lockTries) throw typed;
      await delay(pauseMs);
    }
  }
}

async function apply(client: pg.Client, { name, sql }: Migration): Promise<void> {
  await client.query('begin');
  await client.query(`set local lock_timeout = ${lockTimeoutMs}`);
  await client.query(sql);
  await client.query('insert into onceflow.migrations (name) values ($1)', [name]);
  await client.query('commit');
}

interface Migration {
  readonly name: string;
  readonly sql: string;
}

async function migrations(): Promise<readonly Migration[]> {
  const folder = fileURLToPath(new URL('./migrations/', import.meta.url));
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (file) => ({ name: file.slice(0, -4), sql: await readFile(`${folder}${file}`, 'utf8') })),
  );
}
