/** bin/onceflow.mjs finds a Node that can run TypeScript, whichever Node starts it. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { olderNode } from '../support/older-node.ts';

const run = promisify(execFile);
const command = resolve(import.meta.dirname, '../../bin/onceflow.mjs');

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
