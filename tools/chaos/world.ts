import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { openTemporal } from '../../client/temporal.ts';
import { removeStackData, type Stack, startStack } from '../../dev/stack.ts';
import { createLedger, createPool, migrate } from '../../ledger/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Sql } from '../../test/checker/record-ledger.ts';
import { type Proxy, startProxy } from '../../test/support/proxy.ts';

/** The servers of a fault run, a proxy before each, and a way past them for who does the faults. */
export interface World {
  readonly stack: Stack;
  readonly proxies: { readonly postgres: Proxy; readonly temporal: Proxy };
  /** Not through the proxy, and asked again while Postgres is down. */
  readonly sql: Sql;
  readonly ledger: Ledger;
  readonly temporal: Client;
  readonly directory: string;
  /** The bytes that every analysis is about. */
  readonly source: string;
  /** For the processes: through the proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'onceflow-chaos-'));
  for (const name of ['data', 'files/witness', 'history', 'logs'])
    mkdirSync(join(directory, name), { recursive: true });
  const source = join(directory, 'files', 'bytes.txt');
  writeFileSync(source, 'the bytes of every analysis\n');
  const onReady = async ({ databaseUrl }: { databaseUrl: string }) => void (await migrate(databaseUrl));
  const stack = await startStack({ dataDirectory: join(directory, 'data'), ui: 'off', onReady });
  const { databaseUrl, temporalAddress: address, temporalNamespace: namespace } = stack;
  const pool = createPool({ databaseUrl, max: 6, waitMs: 5_000, statementTimeoutMs: 60_000 });
  const sql = patiently(async (text, values) => (await pool.query(text, values)).rows);
  await keepCommitTimes(stack, sql);
  const postgres = await startProxy(Number(new URL(databaseUrl).port));
  const proxies = { postgres, temporal: await startProxy(Number(address.split(':')[1])) };
  const temporal = openTemporal({ address, namespace });
  const ledger = createLedger(pool);
  const env = environmentOf(stack, proxies, join(directory, 'files'));
  return {
    ...{ stack, proxies, sql, ledger, temporal, directory, source, env },
    async stop() {
      await pool.close();
      await temporal.connection.close();
      await Promise.all([proxies.postgres.close(), proxies.temporal.close()]);
      await stack.stop();
      await removeStackData(stack.dataDirectory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The checker compares reads with the moment of the commit. */
async function keepCommitTimes({ postgres }: Stack, sql: Sql): Promise<void> {
  await sql('alter system set track_commit_timestamp = on');
  await postgres.kill('SIGINT');
  await postgres.start();
}

function environmentOf(stack: Stack, proxies: World['proxies'], files: string): World['env'] {
  return {
    ...process.env,
    ONCEFLOW_DATABASE_URL: proxies.postgres.through(stack.databaseUrl),
    ONCEFLOW_DATA_DIRECTORY: stack.dataDirectory,
    ONCEFLOW_ROOTS: files,
    ONCEFLOW_CPU_SLOTS: '6',
    ONCEFLOW_LOG_LEVEL: 'warn',
    TEMPORAL_ADDRESS: proxies.temporal.address,
    TEMPORAL_NAMESPACE: stack.temporalNamespace,
  };
}

const patienceMs = 60_000;

/** Only what may be repeated is asked this way. */
function patiently(sql: Sql): Sql {
  return async (text, values) => {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await sql(text, values);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(200);
      }
    }
  };
}
