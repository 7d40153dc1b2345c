/** The warm child: how long it lives, when it holds its device, and what becomes of those who use it when it dies. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import {
  type Infer,
  type Inference,
  type InferenceOptions,
  openInference,
} from '../../activities/inference/infer.ts';
import { createSandbox } from '../../media/sandbox.ts';
import { eventually, isAlive, makeDirectory, MODES } from './sandboxed.ts';

interface World {
  readonly inference: Inference;
  readonly lock: string;
  /** Inference children that the sandbox has started and that live. */
  readonly children: () => readonly number[];
}

async function world(
  options: Partial<InferenceOptions> = {},
  without = MODES[0]?.without ?? [],
): Promise<World> {
  const directory = makeDirectory();
  const lock = join(directory, 'gpu-0.lock');
  writeFileSync(lock, '');
  const witness = join(directory, 'witness');
  const inference = await openInference({
    sandbox: createSandbox({ witness, without }),
    node: process.execPath,
    scratch: join(directory, 'scratch'),
    modelsDirectory: join(directory, 'models'),
    device: { index: 0, lock, provider: 'cpu' },
    ...options,
  });
  onTestFinished(() => inference.close());
  return { inference, lock, children: () => livingIn(witness) };
}

function livingIn(witness: string): readonly number[] {
  const lines = existsSync(witness) ? readFileSync(witness, 'utf8').trim().split('\n') : [];
  return lines.map((line) => (JSON.parse(line) as { pid: number }).pid).filter(isAlive);
}

function isFree(lock: string): boolean {
  return spawnSync('flock', ['-n', lock, 'true']).status === 0;
}

/** Listens to so many seconds of silence: a second of it takes some milliseconds. */
async function listen(infer: Infer, seconds: number, before: () => void = () => {}): Promise<void> {
  const model = { path: (await infer.model('silero-vad'))?.modelPath as string, threads: 1 };
  await infer.use(async (use) => {
    await use.ask('load', { model });
    const data = new Float32Array(seconds * 16_000);
    const heard = use.ask('speech', { model, stream: 's', first: true, last: true }, [
      { name: 'samples', type: 'float32', dims: [data.length], data },
    ]);
    before();
    await heard;
  });
}

const forever = new AbortController().signal;

afterEach(() => expect(process.exitCode ?? 0).toBe(0));

it.each(MODES)(
  'stays warm from one use to the next and holds the device only in between, with $name',
  async ({ without }) => {
    const { inference, lock, children } = await world({}, without);
    const infer = inference.during(forever);
    let free = true;
    await listen(infer, 1, () => {
      free = isFree(lock);
    });
    expect(free).toBe(false);
    await eventually('the device is free', () => isFree(lock), 2_000);
    const [first] = children();
    await listen(infer, 1);
    expect(children()).toEqual([first]);
    await inference.close();
    expect(children()).toEqual([]);
  },
);

it('waits for a device that another process holds', async () => {
  const { inference, lock } = await world();
  const holder = spawn('flock', ['-x', lock, 'sh', '-c', 'echo held; read line'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  let heard = false;
  const listening = listen(inference.during(forever), 1).then(() => {
    heard = true;
  });
  await listen((await world()).inference.during(forever), 1);
  expect(heard).toBe(false);
  holder.stdin.end('\n');
  await listening;
});

it('a crash fails the use that it met, by name, and the next use has a new child', async () => {
  const { inference, children, lock } = await world();
  const infer = inference.during(forever);
  const using = listen(infer, 300, () => {
    for (const pid of children()) process.kill(-pid, 'SIGKILL');
  });
  await expect(using).rejects.toMatchObject({ code: 'INFERENCE_CRASHED', retry: 'backoff' });
  expect(isFree(lock)).toBe(true);
  await listen(infer, 1);
});

it('a use that is cancelled rejects with the reason when the child is gone', async () => {
  const { inference, children, lock } = await world();
  const stop = new AbortController();
  const reason = new Error('cancelled');
  await expect(listen(inference.during(stop.signal), 600, () => stop.abort(reason))).rejects.toBe(reason);
  expect(children()).toEqual([]);
  expect(isFree(lock)).toBe(true);
});

it('two uses of one step that wait for a device are cancelled together', async () => {
  const { inference, children, lock } = await world();
  const holder = spawn('flock', ['-x', lock, 'sh', '-c', 'echo held; read line'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const stop = new AbortController();
  const infer = inference.during(stop.signal);
  const uses = Promise.allSettled([listen(infer, 1), listen(infer, 1)]);
  await eventually('a child waits', () => children().length === 1, 10_000);
  stop.abort(new Error('cancelled'));
  expect((await uses).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(children()).toEqual([]);
  holder.stdin.end('\n');
});

it('a use that is cancelled leaves the child to those who use it too', async () => {
  const { inference } = await world({ device: undefined });
  const stop = new AbortController();
  const other = listen(inference.during(forever), 60);
  await expect(
    listen(inference.during(stop.signal), 60, () => stop.abort(new Error('cancelled'))),
  ).rejects.toThrow('cancelled');
  await other;
});

it('a use that begins while the child of a cancelled one is ended, or was being started, has one of its own', async () => {
  const { inference } = await world();
  const [started, starting] = [new AbortController(), new AbortController()];
  const ended = listen(inference.during(started.signal), 300, () => started.abort(new Error('first')));
  await expect(ended.finally(() => {})).rejects.toThrow('first');
  const using = listen(inference.during(starting.signal), 300, () => {});
  const dropped = using.catch((error: unknown) => error);
  starting.abort(new Error('second'));
  await listen(inference.during(forever), 1);
  expect(await dropped).toMatchObject({ message: 'second' });

  const third = new AbortController();
  let next: Promise<void> | undefined;
  const cancelled = listen(inference.during(third.signal), 300, () => {
    third.abort(new Error('third'));
    next = listen(inference.during(forever), 1);
  });
  await expect(cancelled).rejects.toThrow('third');
  await next;
});

it('a model that was put in the place of another is loaded, however warm the child', async () => {
  const modelsDirectory = makeDirectory();
  const { inference } = await world({ modelsDirectory });
  const infer = inference.during(forever);
  const path = join(modelsDirectory, 'model.onnx');
  copyFileSync((await infer.model('silero-vad'))?.modelPath as string, path);
  const load = () => infer.use((use) => use.ask('load', { model: { path } }));
  await load();
  writeFileSync(path, 'no model');
  await expect(load()).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
});

it('what is too large to send is refused before it is sent, and is not waited for when the child ends', async () => {
  const { inference } = await world();
  const infer = inference.during(forever);
  const data = new Uint8Array(300 * 1024 * 1024);
  const sending = infer.use((use) =>
    use.ask('findText', { model: { path: '' } }, [
      { name: 'pixels', type: 'uint8', dims: [data.length], data },
    ]),
  );
  await expect(sending).rejects.toThrow('too large');
  await listen(infer, 1);
  await inference.close();
});

it('a device whose lock cannot be opened is told as such', async () => {
  const device = { index: 0, lock: '/nowhere/gpu-0.lock', provider: 'cpu' } as const;
  const { inference } = await world({ device }, MODES.at(-1)?.without);
  await expect(listen(inference.during(forever), 1)).rejects.toMatchObject({ code: 'DEVICE_LOCK_FAILED' });
});

it('ends when nobody has used it for a while, and starts again when somebody does', async () => {
  const { inference, children } = await world({ idleMs: 50 });
  const infer = inference.during(forever);
  await listen(infer, 1);
  await eventually('it has ended', () => children().length === 0, 5_000);
  await listen(infer, 1);
  expect(children()).toHaveLength(1);
});

it('the child of a stopped worker is ended by its watchdog, and the device is free though the worker lives', async () => {
  const directory = makeDirectory();
  const lock = join(directory, 'gpu-0.lock');
  const witness = join(directory, 'witness');
  writeFileSync(lock, '');
  const program = fileURLToPath(new URL('./infer-like.ts', import.meta.url));
  const worker = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void worker.kill('SIGKILL'));
  worker.stdin.end(JSON.stringify({ sandbox: { witness, silenceMs: 3_000 }, directory, lock }));
  await once(worker.stdout, 'data');
  expect(isFree(lock)).toBe(false);
  worker.kill('SIGSTOP');
  await eventually('the child is gone', () => livingIn(witness).length === 0, 15_000);
  expect(isFree(lock)).toBe(true);
  expect(isAlive(worker.pid as number)).toBe(true);
});
