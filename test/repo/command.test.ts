/** bin/onceflow.mjs finds a Node that can run TypeScript, whichever Node starts it. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const command = resolve(import.meta.dirname, '../../bin/onceflow.mjs');

/** A Node on PATH that is older than 22.18, as many servers have. */
const olderNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .filter((node) => existsSync(node))
  .find((node) => {
    const [major = 0, minor = 0] = execFileSync(node, ['--version'], { encoding: 'utf8' })
      .slice(1)
      .split('.')
      .map(Number);
    return major < 22 || (major === 22 && minor < 18);
  });

test('the command runs from a checkout', async () => {
  const { stdout } = await run(process.execPath, [command, '--help']);
  expect(stdout).toContain('analyze');
});

test('kinds prints one object a kind, with the schemas of its params and its result, and needs no stack', async () => {
  const { stdout } = await run(process.execPath, [command, 'kinds', '--json'], { maxBuffer: 2 ** 26 });
  const kinds = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['video', 'profiling']));
  expect(kinds[0]).toMatchObject({
    policy: 'no-repeat',
    params: { type: 'object' },
    result: { type: 'object' },
  });
  const misspelt = run(process.execPath, [command, 'kinds', 'vidio']);
  await expect(misspelt).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean video'),
  });
});

test('a reader that leaves ends nothing, and output that a full disk refuses is a failure', async () => {
  const shell = (line: string) =>
    run('bash', ['-c', `set -o pipefail; ${line}`, process.execPath, command], { maxBuffer: 2 ** 26 });
  for (const options of ['', '--json']) {
    const { stdout, stderr } = await shell(`"$0" "$1" kinds ${options} | head -c 5`);
    expect([stdout.length, stderr]).toEqual([5, '']);
  }
  await expect(shell('"$0" "$1" kinds > /dev/full')).rejects.toMatchObject({
    code: 1,
    stderr: 'onceflow: the output could not be written (ENOSPC)\n',
  });
});

test.skipIf(olderNode === undefined)(
  'under an older Node it takes the packaged one, and ends as it ends',
  async () => {
    const { stdout } = await run(olderNode ?? '', [command, '--help']);
    expect(stdout).toContain('analyze');
    const failed = run(olderNode ?? '', [command, 'fly']);
    await expect(failed).rejects.toMatchObject({ code: 2 });
  },
);
