import { readdir, readFile, readlink } from 'node:fs/promises';
import proto from '@temporalio/proto';
import { describe, expect, test } from 'vitest';
import { accepts } from '../../dev/ports.ts';
import { findRunningStack, startStack, stopRunningStack } from '../../dev/stack.ts';
import { connectTemporal } from '../../dev/temporal-setup.ts';
import { areGone, holdStack, query, temporaryDataDirectory } from './stack-process.ts';

const timeout = 120_000;

describe('one stack of a data directory', { timeout }, () => {
  test('answers with a database, and with a namespace that keeps runs for 30 days', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const stack = await startStack({ dataDirectory });
    expect(await query(stack.databaseUrl, 'SELECT current_database()')).toBe('onceflow');
    expect(await query(stack.databaseUrl, 'SHOW max_connections')).toBe('200');
    const connection = await connectTemporal(stack.temporalAddress, 5000);
    const namespace = stack.temporalNamespace;
    const described = await connection.workflowService.describeNamespace({ namespace });
    const listed = await connection.operatorService.listSearchAttributes({ namespace });
    await connection.close();
    expect(Number(described.config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
    expect(Object.keys(listed.customAttributes ?? {})).toEqual(
      expect.arrayContaining([
        'AnalysisKind',
        'ResourceId',
        'AnalysisPolicy',
        'AnalysisStep',
        'Trigger',
        'Owner',
        'Generation',
      ]),
    );
    const page = await fetch(String(stack.temporalUiUrl));
    expect(page.status).toBe(200);
    await stack.stop();
  });

  test('listens on loopback only, and its stop leaves no process and no port', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const stack = await startStack({ dataDirectory });
    const pids = [stack.postgres.pid, stack.temporal.pid];
    if (process.platform === 'linux') expect(await foreignListeners(pids)).toEqual([]);
    const ports = [stack.databaseUrl, `tcp://${stack.temporalAddress}`, String(stack.temporalUiUrl)].map(
      (url) => Number(new URL(url).port),
    );
    expect(await Promise.all(ports.map((port) => accepts(port)))).toEqual([true, true, true]);
    await stack.stop();
    expect(await areGone(pids, 0)).toBe(true);
    expect(await Promise.all(ports.map((port) => accepts(port)))).toEqual([false, false, false]);
    expect(await findRunningStack(dataDirectory)).toBeUndefined();
  });

  test('is shared by processes that start at once: one owns it, the others attach', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const held = await Promise.all([1, 2, 3].map(() => holdStack({ dataDirectory })));
    expect(held.filter((one) => !one.attached)).toHaveLength(1);
    expect(new Set(held.map((one) => one.databaseUrl + one.pids.join()))).toHaveProperty('size', 1);
    expect(await stopRunningStack(dataDirectory)).toBe(true);
    expect(await areGone(held[0]?.pids ?? [], 5000)).toBe(true);
    expect(await stopRunningStack(dataDirectory)).toBe(false);
  });

  test('runs onReady before anybody can attach, and is stopped when that fails', async () => {
    const dataDirectory = await temporaryDataDirectory();
    let url = '';
    const onReady = async (addresses: { databaseUrl: string }) => {
      url = addresses.databaseUrl;
      expect(await findRunningStack(dataDirectory)).toBeUndefined();
      throw new Error('the migration failed');
    };
    await expect(startStack({ dataDirectory, onReady, ui: 'off' })).rejects.toThrow('the migration failed');
    expect(await accepts(Number(new URL(url).port))).toBe(false);
  });

  test('sets retention and search attributes right in a file that lacks them', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const stack = await startStack({ dataDirectory, ui: 'off' });
    const connection = await connectTemporal(stack.temporalAddress, 5000);
    const namespace = stack.temporalNamespace;
    await connection.operatorService.removeSearchAttributes({ namespace, searchAttributes: ['Owner'] });
    await connection.workflowService.updateNamespace({
      namespace,
      config: {
        workflowExecutionRetentionTtl: proto.google.protobuf.Duration.fromObject({ seconds: 86_400 }),
      },
    });
    await connection.close();
    await stack.temporal.kill('SIGKILL');
    await stack.temporal.start();
    const again = await connectTemporal(stack.temporalAddress, 5000);
    const described = await again.workflowService.describeNamespace({ namespace });
    const listed = await again.operatorService.listSearchAttributes({ namespace });
    await again.close();
    expect(Number(described.config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
    expect(Object.keys(listed.customAttributes ?? {})).toContain('Owner');
    await stack.stop();
  });

  test('a server that a test kills stays down until it is started; one that dies by itself comes back', async () => {
    const dataDirectory = await temporaryDataDirectory();
    const stack = await startStack({ dataDirectory, ui: 'off' });
    await stack.postgres.kill('SIGKILL');
    await stack.temporal.kill('SIGKILL');
    expect(await findRunningStack(dataDirectory)).toBeUndefined();
    await Promise.all([stack.postgres.start(), stack.temporal.start()]);
    expect(await findRunningStack(dataDirectory)).toMatchObject({ databaseUrl: stack.databaseUrl });
    const before = stack.temporal.pid;
    process.kill(before, 'SIGKILL');
    await expect
      .poll(async () => (await findRunningStack(dataDirectory)) && stack.temporal.pid !== before, {
        timeout: 20_000,
      })
      .toBe(true);
    await stack.stop();
  });
});

/** Listening TCP addresses of these processes other than 127.0.0.1, from /proc. */
async function foreignListeners(pids: readonly number[]): Promise<string[]> {
  const inodes = new Set<string>();
  for (const pid of pids) {
    for (const fd of await readdir(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  const listening = '0A';
  const foreign: string[] = [];
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readFile(table, 'utf8')).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === listening && inodes.has(inode) && !local.startsWith('0100007F:')) foreign.push(local);
    }
  }
  return foreign;
}
