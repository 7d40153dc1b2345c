import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startStack } from '../../dev/stack.ts';
import { areGone, end, holdStack, query, temporaryDataDirectory } from './stack-process.ts';

const timeout = 120_000;
const remembered = 'CREATE TABLE kept AS SELECT 42 AS answer';

describe('a start after something went wrong', { timeout }, () => {
  test('finds its data again when the owner was killed, and no server outlived it', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const held = await holdStack({ dataDirectory, ui: 'off' });
    await query(held.databaseUrl, remembered);
    await end(held.process, 'SIGKILL');
    const next = await startStack({ dataDirectory, ui: 'off' });
    expect(next.attached).toBe(false);
    expect(await areGone(held.pids, 0)).toBe(true);
    expect(await query(next.databaseUrl, 'SELECT answer FROM kept')).toBe(42);
    await next.stop();
  });

  test('ends the servers that a killed owner left behind where the kernel does not', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const env = await environmentWithoutSetpriv();
    const held = await holdStack({ dataDirectory, ui: 'off' }, { env });
    await query(held.databaseUrl, remembered);
    await end(held.process, 'SIGKILL');
    expect(await areGone(held.pids, 300)).toBe(false);
    const lines: string[] = [];
    const next = await startStack({
      dataDirectory,
      ui: 'off',
      onProgress: (line) => lines.push(line),
    });
    expect(lines.join('\n')).toMatch(/Postgres that an earlier stack left behind/);
    expect(lines.join('\n')).toMatch(/Temporal server that an earlier stack left behind/);
    expect(await areGone(held.pids, 0)).toBe(true);
    expect(await query(next.databaseUrl, 'SELECT answer FROM kept')).toBe(42);
    await next.stop();
  });

  test('makes a half-written database again', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const first = await startStack({ dataDirectory, ui: 'off' });
    await first.stop();
    const data = join(await postgresDirectory(dataDirectory), 'data');
    await rm(join(data, 'onceflow.json'));
    await rm(join(data, 'base'), { recursive: true });
    await writeFile(join(dataDirectory, 'temporal.json'), '');
    await writeFile(join(dataDirectory, 'temporal', 'temporal.db'), 'half');
    const next = await startStack({ dataDirectory, ui: 'off' });
    expect(await query(next.databaseUrl, 'SELECT 1')).toBe(1);
    await next.stop();
  });

  test('is not stopped by a pid file whose number is a stranger’s by now', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const first = await startStack({ dataDirectory, ui: 'off' });
    await query(first.databaseUrl, remembered);
    await first.stop();
    const data = join(await postgresDirectory(dataDirectory), 'data');
    await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n1\n1\n\n127.0.0.1\n\nready\n`);
    const next = await startStack({ dataDirectory, ui: 'off' });
    expect(await query(next.databaseUrl, 'SELECT answer FROM kept')).toBe(42);
    await next.stop();
  });

  test('gives a data directory that was deleted and made again an empty database', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const first = await startStack({ dataDirectory, ui: 'off' });
    await query(first.databaseUrl, remembered);
    await first.stop();
    await rm(dataDirectory, { recursive: true });
    const next = await startStack({ dataDirectory, ui: 'off' });
    expect(await query(next.databaseUrl, `SELECT to_regclass('kept')`)).toBeNull();
    await next.stop();
  });
});

async function postgresDirectory(dataDirectory: string): Promise<string> {
  const state = await readFile(join(dataDirectory, 'postgres.json'), 'utf8');
  return (JSON.parse(state) as { directory: string }).directory;
}

/** As on a machine without util-linux: the tools that a start needs, and no setpriv. */
async function environmentWithoutSetpriv(): Promise<NodeJS.ProcessEnv> {
  const tools = await mkdtemp(join(tmpdir(), 'onceflow-tools-'));
  onTestFinished(() => rm(tools, { recursive: true, force: true }));
  await symlink('/usr/bin/id', join(tools, 'id'));
  return { ...process.env, PATH: tools };
}
