import { execFileSync } from 'node:child_process';
import { chmod, chown, constants, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultCacheDirectory, findTemporalCli } from '../../dev/temporal-cli.ts';
import { areGone, end, holdStack, query } from './stack-process.ts';

const reason = reasonToSkip();

test.skipIf(reason !== undefined)(
  `an ordinary user starts a stack${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: 120_000 },
  async () => {
    const home = await homeOfNobody();
    const { path } = await findTemporalCli({ cacheDirectory: defaultCacheDirectory() });
    const temporalCli = join(home, 'temporal');
    await copyFile(path, temporalCli, constants.COPYFILE_FICLONE);
    await chmod(temporalCli, 0o755);
    const dataDirectory = join(home, 'data');
    const account = { uid: nobody('-u'), gid: nobody('-g'), env: { ...process.env, HOME: home } };
    const held = await holdStack({ dataDirectory, temporalCli, ui: 'off' }, account);
    expect(await query(held.databaseUrl, 'SELECT 1')).toBe(1);
    const status = await readFile(`/proc/${held.pids[0]}/status`, 'utf8');
    expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe(String(account.uid));
    await end(held.process, 'SIGTERM');
    expect(await areGone(held.pids, 0)).toBe(true);
  },
);

async function homeOfNobody(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'onceflow-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await chown(home, nobody('-u'), nobody('-g'));
  return home;
}

function nobody(what: '-u' | '-g'): number {
  return Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
}

/** The other tests show the ordinary user already when they run as one. */
function reasonToSkip(): string | undefined {
  if (process.getuid?.() !== 0) return 'the tests run as an ordinary user';
  try {
    execFileSync('test', ['-r', process.argv[1] ?? ''], { uid: nobody('-u'), gid: nobody('-g') });
    return undefined;
  } catch {
    return 'the account nobody cannot read this checkout';
  }
}
