import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type ConnectOptions, connect, type Onceflow } from '../../client/index.ts';
import { removeStackData, type Stack, startStack } from '../../dev/stack.ts';
import { createLedger, createPool } from '../../ledger/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { migrate } from '../../ledger/migrate.ts';

/** A real stack without workers: tests play the workers themselves. */
export interface World {
  readonly stack: Stack;
  readonly ledger: Ledger;
  /** By default an operator whose submits are left to a relay that nobody runs. */
  connect(options?: ConnectOptions): Promise<Onceflow>;
  /** A connection of the caller's own, for transactions. */
  caller(): Promise<pg.PoolClient>;
  /** A small file of its own. */
  file(): Promise<string>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'onceflow-client-'));
  const dataDirectory = join(directory, 'data');
  const onReady = async ({ databaseUrl }: { databaseUrl: string }) => void (await migrate(databaseUrl));
  const stack = await startStack({ dataDirectory, ui: 'off', onReady });
  const { databaseUrl } = stack;
  const ledger = createLedger(createPool({ databaseUrl, max: 4, waitMs: 5000, statementTimeoutMs: 10_000 }));
  const callers = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  // A connection that a test breaks on purpose is no failure of it.
  callers.on('error', () => undefined);
  callers.on('connect', (caller) => caller.on('error', () => undefined));
  const clients: Onceflow[] = [];
  let files = 0;
  return {
    stack,
    ledger,
    async connect(options = {}) {
      const client = await connect({
        env: {},
        databaseUrl,
        dataDirectory,
        temporal: { address: stack.temporalAddress, namespace: stack.temporalNamespace },
        role: 'operator',
        actor: 'tester',
        dispatch: 'relay',
        ...options,
      });
      clients.push(client);
      return client;
    },
    caller: () => callers.connect(),
    async file() {
      files += 1;
      const path = join(directory, `table-${files}.csv`);
      await writeFile(path, `a,b\n1,${files}\n`);
      return path;
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([callers.end(), ledger.close()]);
      await stack.stop();
      await removeStackData(dataDirectory);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
