import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../../media/sandbox.ts';
import {
  eventually,
  isAlive,
  MODES,
  makeDirectory,
  newMarker,
  pidsWith,
  shell,
  startWorker,
  watchdogsOf,
} from './sandboxed.ts';

describe.each(MODES)('with $name', ({ without }) => {
  test('kill -9 of the worker leaves no process of its child', async () => {
    const marker = newMarker();
    const worker = startWorker({ without }, shell(`sleep 300 & (sleep 301; : ${marker}) & sleep 302`));
    await eventually(
      'the child runs',
      () => pidsWith(marker).length > 0 && watchdogsOf(worker.pid).length > 0,
      10_000,
    );
    const watchdogs = watchdogsOf(worker.pid);
    worker.kill('SIGKILL');
    await eventually('the child is gone', () => pidsWith(marker).length === 0, 3_000);
    await eventually('the watchdog is gone', () => !watchdogs.some(isAlive), 3_000);
  });

  test('kill -9 of the watchdog ends the child with an error', async () => {
    const marker = newMarker();
    const worker = startWorker({ without }, shell(`trap '' TERM; sleep 300; : ${marker}`));
    let said = '';
    worker.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await eventually(
      'the child runs',
      () => pidsWith(marker).length > 0 && watchdogsOf(worker.pid).length > 0,
      10_000,
    );
    for (const pid of watchdogsOf(worker.pid)) process.kill(pid, 'SIGKILL');
    await eventually('the child is gone', () => pidsWith(marker).length === 0, 3_000);
    await eventually('the worker was told', () => said.includes('error WATCHDOG_LOST'), 3_000);
  });

  test('a stopped worker loses its child to the watchdog', async () => {
    const marker = newMarker();
    const worker = startWorker({ without, silenceMs: 3_000 }, shell(`sleep 300; : ${marker}`));
    await eventually(
      'the child runs',
      () => pidsWith(marker).length > 0 && watchdogsOf(worker.pid).length > 0,
      10_000,
    );
    worker.kill('SIGSTOP');
    const tookMs = await eventually('the child is gone', () => pidsWith(marker).length === 0, 7_000);
    expect(tookMs).toBeGreaterThan(500);
  });

  test('aborting ends a child that traps SIGTERM, and settles when its last process is gone', async () => {
    const marker = newMarker();
    const directory = makeDirectory();
    const controller = new AbortController();
    const line = `trap 'echo asked' TERM; sleep 300 & echo ready; while :; do sleep 0.1; : ${marker}; done`;
    const heard: string[] = [];
    const onStdout = (chunk: Buffer): void => void heard.push(chunk.toString());
    const running = createSandbox({ without }).run(shell(line, { directory, onStdout }), controller.signal);
    const rejected = expect(running).rejects.toThrow('cancelled by test');
    await eventually('the child speaks', () => heard.join('').includes('ready'), 10_000);
    const began = performance.now();
    controller.abort(new Error('cancelled by test'));
    await rejected;
    expect(pidsWith(marker)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(heard.join('')).toContain('asked');
  });

  test('a program that obeys SIGTERM may finish its words', async () => {
    const controller = new AbortController();
    const directory = makeDirectory();
    const line = `trap 'echo done > farewell; exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const heard: string[] = [];
    const onStdout = (chunk: Buffer): void => void heard.push(chunk.toString());
    const running = createSandbox({ without }).run(shell(line, { directory, onStdout }), controller.signal);
    await eventually('the child speaks', () => heard.join('').includes('ready'), 10_000);
    controller.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
    expect(readFileSync(join(directory, 'farewell'), 'utf8')).toBe('done\n');
  });

  test('what a program leaves in the background ends with it', async () => {
    const marker = newMarker();
    const spec = shell(`(sleep 300; : ${marker}) & exit 0`);
    const exit = await createSandbox({ without }).run(spec, AbortSignal.timeout(15_000));
    expect(exit.code).toBe(0);
    expect(pidsWith(marker)).toEqual([]);
  });
});

test('an attempt that was cancelled before starts nothing', async () => {
  const directory = makeDirectory();
  const run = createSandbox().run(
    shell('touch started', { directory }),
    AbortSignal.abort(new Error('too late')),
  );
  await expect(run).rejects.toThrow('too late');
  expect(existsSync(join(directory, 'started'))).toBe(false);
});

test('a process that leaves its session dies with its worker', { skip: MODES.length < 3 }, async () => {
  const marker = newMarker();
  const worker = startWorker({}, shell(`setsid sh -c 'sleep 300; : ${marker}' & sleep 300`));
  await eventually('the child runs', () => pidsWith(marker).length > 0, 10_000);
  worker.kill('SIGKILL');
  await eventually('the child is gone', () => pidsWith(marker).length === 0, 5_000);
});

test('a device is one child at a time, also when the worker of the first is stopped', async () => {
  const [first, second] = [newMarker(), newMarker()];
  const directory = makeDirectory();
  const deviceLock = join(directory, 'device.lock');
  writeFileSync(deviceLock, '');
  const stopped = startWorker({}, shell(`sleep 300; : ${first}`, { deviceLock }));
  await eventually(
    'the first child runs',
    () => pidsWith(first).length > 0 && watchdogsOf(stopped.pid).length > 0,
    10_000,
  );
  await eventually('it holds the device', () => heldBy(deviceLock), 5_000);

  const finished = join(makeDirectory(), 'witness');
  const next = startWorker({ witness: finished }, shell(`sleep 0.1; : ${second}`, { deviceLock }));
  let overlapped = false;
  const began = performance.now();
  stopped.kill('SIGSTOP');
  await eventually(
    'the second child has run',
    () => {
      const starts = existsSync(finished);
      if (starts && pidsWith(first).length > 0) overlapped = true;
      return starts && readFileSync(finished, 'utf8').includes('"ended"');
    },
    19_000,
  );
  expect(overlapped).toBe(false);
  expect(performance.now() - began).toBeGreaterThan(10_000);
  await eventually('the second worker ends', () => next.exitCode !== null, 5_000);
}, 40_000);

test('waiting for a device can be cancelled', async () => {
  const marker = newMarker();
  const directory = makeDirectory();
  const deviceLock = join(directory, 'device.lock');
  const sandbox = createSandbox();
  const [first, second] = [new AbortController(), new AbortController()];
  const holding = sandbox.run(shell(`sleep 300; : ${marker}`, { deviceLock }), first.signal);
  const held = expect(holding).rejects.toThrow('first');
  await eventually('the device is held', () => heldBy(deviceLock), 10_000);
  const directoryOfSecond = makeDirectory();
  const waiting = sandbox.run(
    shell('touch ran', { deviceLock, directory: directoryOfSecond }),
    second.signal,
  );
  const waited = expect(waiting).rejects.toThrow('second');
  second.abort(new Error('second'));
  await waited;
  expect(existsSync(join(directoryOfSecond, 'ran'))).toBe(false);
  first.abort(new Error('first'));
  await held;
});

/** Whether somebody has locked the file, as the kernel's list of locks tells. */
function heldBy(path: string): boolean {
  if (!existsSync(path)) return false;
  const { ino } = statSync(path);
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .some((line) => line.includes('FLOCK') && !line.includes('->') && line.includes(`:${ino} `));
}
