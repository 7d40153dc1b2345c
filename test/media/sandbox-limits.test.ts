import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { asStepFailure } from '../../activities/frame/as-step-failure.ts';
import type { ChildExit, ChildSpec } from '../../media/child.ts';
import { createSandbox } from '../../media/sandbox.ts';
import { limits, MIB, MODES, makeDirectory, newMarker, pidsWith, shell } from './sandboxed.ts';

const running = (): AbortSignal => AbortSignal.timeout(18_000);

describe.each(MODES)('with $name', ({ name, without }) => {
  const sandbox = createSandbox({ without });
  const run = (spec: ChildSpec): Promise<ChildExit> => sandbox.run(spec, running());
  const kernelLimits = name !== 'no tools';

  test('a pipeline is joined by pipes, and its first failure is told', async () => {
    const heard: string[] = [];
    const spec: ChildSpec = {
      ...shell(''),
      pipeline: [
        { argv: ['/bin/cat'] },
        { argv: ['/bin/sh', '-c', 'cat; echo two >&2; exit 7'] },
        { argv: ['/usr/bin/wc', '-c'] },
      ],
      stdin: Buffer.alloc(3 * MIB, 'x'),
      onStdout: (chunk) => void heard.push(chunk.toString()),
    };
    const exit = await run(spec);
    expect(heard.join('').trim()).toBe(String(3 * MIB));
    expect(exit).toMatchObject({ code: 7, signal: null, limit: null, stderrTail: 'two\n' });
  });

  test('a crash is told by its signal', async () => {
    expect(await run(shell('kill -SEGV $$'))).toMatchObject({ code: null, signal: 'SIGSEGV', limit: null });
  });

  test('a child past its time is ended', async () => {
    const marker = newMarker();
    const exit = await run(shell(`sleep 300; : ${marker}`, { limits: limits({ wallMs: 300 }) }));
    expect(exit.limit).toBe('wall');
    expect(exit.wallMs).toBeLessThan(3_000);
    expect(pidsWith(marker)).toEqual([]);
  });

  test('more output than allowed ends the child', async () => {
    let bytes = 0;
    const spec = shell('cat /dev/zero', { onStdout: (chunk) => void (bytes += chunk.length) });
    expect(await run(spec)).toMatchObject({ limit: 'output' });
    expect(bytes).toBeLessThanOrEqual(MIB);
  });

  test('resident memory of the whole group is measured and bounded', async () => {
    const hold = `head -c ${40 * MIB} /dev/zero | tail -c ${40 * MIB} | sleep 2`;
    const spec = shell(`(${hold}) & (${hold}) & wait`, {
      limits: limits({ memoryBytes: 64 * MIB, memory: 'resident' }),
    });
    const exit = await run(spec);
    expect(exit).toMatchObject({ limit: 'memory', signal: 'SIGKILL' });
    expect(exit.maxResidentBytes).toBeGreaterThan(64 * MIB);
  });

  test('time of the processor is told', async () => {
    const exit = await run(shell('i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'));
    expect(exit.cpuMs).toBeGreaterThan(50);
    expect(exit.cpuMs).toBeLessThan(10_000);
  });

  test('a fork bomb ends before it has gone off', async () => {
    const marker = newMarker();
    // Seven doublings: where only the sampler stops it, a test that fails must not take the machine along.
    const bomb = `bomb() { if [ $1 -gt 0 ]; then bomb $(($1 - 1)) & bomb $(($1 - 1)) & wait; fi; sleep 5; }; bomb 7; : ${marker}`;
    const bounds = limits({ processes: 32, wallMs: 10_000, memory: 'resident' });
    const exit = await run(shell(bomb, { limits: bounds }));
    expect(exit.limit).toBe('processes');
    expect(exit.wallMs).toBeLessThan(5_000);
    expect(pidsWith(marker)).toEqual([]);
  });

  test('a file larger than allowed ends its writer', { skip: !kernelLimits }, async () => {
    const directory = makeDirectory();
    const line = `exec head -c ${2 * MIB} /dev/zero > big`;
    const exit = await run(shell(line, { directory, limits: limits({ fileBytes: MIB }) }));
    expect(exit).toMatchObject({ limit: 'file', signal: 'SIGXFSZ' });
    expect(readFileSync(join(directory, 'big')).length).toBe(MIB);
  });

  test('address space and processor time are limited by the kernel', { skip: !kernelLimits }, async () => {
    const starved = await run(
      shell(`tail -c ${200 * MIB} /dev/zero`, { limits: limits({ memoryBytes: 64 * MIB }) }),
    );
    expect(starved.code).not.toBe(0);
    expect(starved.maxResidentBytes ?? 0).toBeLessThan(80 * MIB);
    const busy = await run(shell('exec sh -c "while :; do :; done"', { limits: limits({ cpuSeconds: 1 }) }));
    expect(busy).toMatchObject({ limit: 'cpu', signal: 'SIGXCPU' });
  });

  test('reading waits for the reader', async () => {
    let reading = 0;
    let most = 0;
    let bytes = 0;
    const spec = shell(`head -c ${MIB} /dev/zero`, {
      onStdout: async (chunk) => {
        reading += 1;
        most = Math.max(most, reading);
        await delay(5);
        bytes += chunk.length;
        reading -= 1;
      },
    });
    expect(await run(spec)).toMatchObject({ code: 0, limit: null });
    expect([most, bytes]).toEqual([1, MIB]);
  });
});

test('lines of stderr are cut at 4 kB, and its end is kept', async () => {
  const lines: string[] = [];
  const line = `head -c 10000 /dev/zero | tr '\\0' a >&2; printf '\\nfirst\\rsecond\\nlast' >&2`;
  const exit = await createSandbox().run(
    shell(line, { onStderrLine: (one) => void lines.push(one) }),
    running(),
  );
  expect(lines.map((one) => (one.length > 10 ? one.length : one))).toEqual([4096, 'first', 'second', 'last']);
  expect(exit.stderrTail.length).toBe(8192);
  expect(exit.stderrTail.endsWith('second\nlast')).toBe(true);
});

test('a reader that fails ends the child with its error', async () => {
  const spec = shell('cat /dev/zero', {
    onStdout: () => {
      throw new Error('reader failed');
    },
  });
  await expect(createSandbox().run(spec, running())).rejects.toThrow('reader failed');
});

test('a program that does not exist is told by a code, a directory that does not exist by an error', async () => {
  const missing: ChildSpec = { ...shell(''), pipeline: [{ argv: ['/nowhere/ffmpeg'] }] };
  expect((await createSandbox().run(missing, running())).code).toBe(127);
  const nowhere = shell('true', { directory: '/nowhere/at/all' });
  const error = await createSandbox()
    .run(nowhere, running())
    .catch((reason: unknown) => reason);
  const failure = asStepFailure(error, 'video.probe');
  expect(failure).toMatchObject({ code: 'CHILD_NOT_STARTED', retry: 'backoff' });
  expect(failure.message).not.toContain('/nowhere');
});

test('the witness has a line for each child that started and ended', async () => {
  const witness = join(makeDirectory(), 'witness');
  await createSandbox({ witness }).run(shell('true', { title: 'ffmpeg decode' }), running());
  const lines = readFileSync(witness, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'started', title: 'ffmpeg decode' },
    { event: 'ended', title: 'ffmpeg decode' },
  ]);
});

test('what is missing is said', () => {
  const all = createSandbox({ without: ['bwrap', 'unshare', 'setpriv', 'prlimit', 'flock'] });
  expect(all.losses.length).toBeGreaterThanOrEqual(7);
  for (const loss of all.losses) expect(loss).toMatch(/^[A-Z].*\.$/);
});

test('a device is not used without a lock', async () => {
  const sandbox = createSandbox({ without: ['flock'] });
  const spec = shell('true', { deviceLock: join(makeDirectory(), 'lock') });
  await expect(sandbox.run(spec, running())).rejects.toMatchObject({ code: 'NO_DEVICE_LOCK' });
});
