import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { superviseProcesses } from '../../dev/supervisor.ts';
import { areGone } from './stack-process.ts';

let logDirectory: string;
const untilKilled = 'setInterval(() => {}, 1000)';

describe('supervised processes', () => {
  beforeEach(async () => {
    logDirectory = await mkdtemp(join(tmpdir(), 'onceflow-supervisor-'));
    onTestFinished(() => rm(logDirectory, { recursive: true, force: true }));
  });

  test('write their lines to a log each, and are gone after stop', async () => {
    const lines: string[] = [];
    const supervision = superviseProcesses([node('talker', `console.log('hello'); ${untilKilled}`)], {
      logDirectory,
      onLine: (name, line) => lines.push(`${name}: ${line}`),
    });
    await expect.poll(() => lines).toEqual(['talker: hello']);
    const pids = Object.values(supervision.pids());
    await supervision.stop();
    expect(await areGone(pids, 0)).toBe(true);
    expect(supervision.pids()).toEqual({});
    expect(await readFile(join(logDirectory, 'talker.log'), 'utf8')).toBe('hello\n');
  });

  test('come back when they die, and are given up when they keep dying', async () => {
    const exits: [number | null, number | undefined][] = [];
    const supervision = superviseProcesses([node('dying', 'process.exit(3)')], {
      logDirectory,
      attempts: 3,
      onExit: (_name, exit, restartInMs) => exits.push([exit.code, restartInMs]),
    });
    await expect
      .poll(() => exits, { timeout: 10_000 })
      .toEqual([
        [3, 200],
        [3, 400],
        [3, undefined],
      ]);
    await supervision.stop();
  });

  test('are killed when they do not drain in time', async () => {
    const lines: string[] = [];
    const deaf = `process.on('SIGTERM', () => {}); console.log('ready'); ${untilKilled}`;
    const supervision = superviseProcesses([node('deaf', deaf)], {
      logDirectory,
      graceMs: 100,
      onLine: (_name, line) => lines.push(line),
    });
    await expect.poll(() => lines).toEqual(['ready']);
    const pids = Object.values(supervision.pids());
    await supervision.stop();
    expect(await areGone(pids, 0)).toBe(true);
  });

  test('a program that is not there is reported, not thrown', async () => {
    const exits: string[] = [];
    const supervision = superviseProcesses([{ name: 'nothing', argv: ['/nonexistent/program'] }], {
      logDirectory,
      attempts: 1,
      onExit: (name) => exits.push(name),
    });
    await expect.poll(() => exits).toEqual(['nothing']);
    await supervision.stop();
  });

  test.runIf(process.platform === 'linux')('die with a supervisor that is killed', async () => {
    const supervisor = fileURLToPath(new URL('../../dev/supervisor.ts', import.meta.url));
    const script = `
      const { superviseProcesses } = await import(${JSON.stringify(supervisor)});
      const supervision = superviseProcesses(
        [{ name: 'child', argv: [process.execPath, '-e', "console.log('up'); ${untilKilled}"] }],
        { logDirectory: ${JSON.stringify(logDirectory)}, onLine: () => console.log(supervision.pids().child) },
      );`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    parent.kill('SIGKILL');
    expect(await areGone([Number(line)], 2000)).toBe(true);
  });
});

function node(name: string, code: string) {
  return { name, argv: [process.execPath, '-e', code] as const };
}
