/** One inference child as its worker sees it: started in the sandbox, asked through its pipes, gone at its end. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { makeAttemptDirectory } from '../attempt-directory.ts';
import type { ChildExit, ChildSpec } from '../child.ts';
import type { Sandbox } from '../sandbox.ts';
import { packageFolders } from './packages.ts';
import { createFrameReader, encodeFrame, type Frame, type RefusedAnswer, type Tensor } from './protocol.ts';
import type { Ran, RequestName, Requests } from './requests.ts';

const MIB = 1024 * 1024;

export interface InferenceDevice {
  readonly index: number;
  readonly lock: string;
  readonly provider: 'cuda' | 'cpu';
}

export interface InferenceSettings {
  readonly sandbox: Pick<Sandbox, 'run'>;
  /** The Node program. */
  readonly node: string;
  /** Private directories of children are made below it. */
  readonly scratch: string;
  /** Folders that models lie in. */
  readonly models: readonly string[];
  readonly device: InferenceDevice | undefined;
  /** Of the child; 4 GiB unless said, or 16 GiB with CUDA, which maps its libraries and pinned buffers. */
  readonly memoryBytes?: number;
}

/** The child said no; it lives. */
export class InferenceRefused extends Error {
  readonly code: RefusedAnswer['code'];
  readonly provider: RefusedAnswer['provider'];

  constructor({ code, message, provider }: RefusedAnswer) {
    super(message);
    this.name = 'InferenceRefused';
    this.code = code;
    this.provider = provider;
  }
}

/** The child ended while it was asked. */
export class InferenceDied extends Error {
  readonly limit: ChildExit['limit'];
  readonly tail: string;

  constructor(exit: ChildExit | null, cause?: unknown) {
    super('the inference child ended', { cause });
    this.name = 'InferenceDied';
    this.limit = exit?.limit ?? null;
    this.tail = exit?.stderrTail ?? '';
  }
}

export type Answer<Name extends RequestName> = Requests[Name]['answer'] & {
  readonly ran: Ran;
  readonly tensors: readonly Tensor[];
};

export interface InferenceChild {
  /** Rejects with InferenceRefused, or with InferenceDied when the child ends first. */
  readonly ask: <Name extends RequestName>(
    name: Name,
    ask: Requests[Name]['ask'],
    tensors?: readonly Tensor[],
  ) => Promise<Answer<Name>>;
  readonly isAlive: () => boolean;
  /** By itself, when it has answered what it was asked. */
  readonly dismiss: () => void;
  /** At once. */
  readonly kill: () => void;
  /** Resolves when its last process is gone. */
  readonly gone: Promise<void>;
}

export async function startInferenceChild(settings: InferenceSettings): Promise<InferenceChild> {
  const directory = await makeAttemptDirectory(settings.scratch, `inference-${randomUUID().slice(0, 8)}`);
  const stop = new AbortController();
  const questions = openQuestions();
  let open: (stdin: Writable) => void = () => {};
  const opened = new Promise<Writable>((resolve) => {
    open = resolve;
  });
  const spec = specOf(settings, directory.path, {
    onStdin: (stdin) => open(stdin),
    onStdout: questions.hear,
  });
  const gone = settings.sandbox
    .run(spec, stop.signal)
    .then(
      (exit) => questions.end(new InferenceDied(exit)),
      (error: unknown) => questions.end(new InferenceDied(null, error)),
    )
    .then(directory.remove);
  return {
    async ask(name, ask, tensors = []) {
      // Where the sandbox could not start it there is never a stdin.
      const stdin = await Promise.race([opened, gone]);
      if (!stdin) throw new InferenceDied(null);
      const { head, tensors: given } = await questions.ask(stdin, { name, ...ask }, tensors);
      if (head['refused']) throw new InferenceRefused(head['refused'] as RefusedAnswer);
      return { ...head, tensors: given } as unknown as Answer<typeof name>;
    },
    isAlive: questions.areOpen,
    dismiss: () => void opened.then((stdin) => stdin.end()),
    kill: () => stop.abort(new InferenceDied(null)),
    gone,
  };
}

interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
}

/** What the child was asked and has not answered. */
function openQuestions() {
  const pending = new Map<number, Pending>();
  let ended: InferenceDied | null = null;
  let asked = 0;
  const reader = createFrameReader((frame) => {
    const waiting = pending.get(frame.head.id);
    pending.delete(frame.head.id);
    waiting?.resolve(frame);
  });
  return {
    hear: (chunk: Uint8Array): void => reader.push(chunk),
    areOpen: (): boolean => ended === null,
    ask(stdin: Writable, head: object, tensors: readonly Tensor[]): Promise<Frame> {
      if (ended) throw ended;
      asked += 1;
      const id = asked;
      // Before it counts as asked: what is too large to send has no answer to wait for.
      const parts = encodeFrame({ head: { id, ...head }, tensors });
      const answered = new Promise<Frame>((resolve, reject) => pending.set(id, { resolve, reject }));
      for (const part of parts) stdin.write(part);
      return answered;
    },
    end(error: InferenceDied): void {
      ended = error;
      for (const { reject } of pending.values()) reject(error);
      pending.clear();
    },
  };
}

const here = import.meta.url;
const SERVER = fileURLToPath(new URL(`./server.${here.endsWith('.ts') ? 'ts' : 'js'}`, here));

function specOf(
  { node, models, device, memoryBytes }: InferenceSettings,
  directory: string,
  streams: Required<Pick<ChildSpec, 'onStdin' | 'onStdout'>>,
): ChildSpec {
  const cuda = device?.provider === 'cuda';
  return {
    title: 'onnx inference',
    pipeline: [
      {
        argv: [node, '--max-old-space-size=512', SERVER, cuda ? 'cuda' : 'cpu'],
        env: { MALLOC_ARENA_MAX: '2', ...(cuda ? cudaEnvironment(device) : {}) },
      },
    ],
    directory,
    readable: [
      fileURLToPath(new URL('.', here)),
      fileURLToPath(new URL('../../package.json', here)),
      ...packageFolders(),
      ...models.filter((folder) => existsSync(folder)),
      ...(device ? [device.lock] : []),
      ...(cuda ? deviceFiles() : []),
    ],
    limits: {
      // As long as a timer can be set for: it ends when it is idle, or with its worker.
      wallMs: 2 ** 31 - 1,
      memoryBytes: memoryBytes ?? (cuda ? 16 * 1024 : 4 * 1024) * MIB,
      memory: 'resident',
      stdoutBytes: Number.MAX_SAFE_INTEGER,
      fileBytes: MIB,
      processes: 512,
    },
    ...streams,
  };
}

/** The same index as nvidia-smi gives, which is what the worker was started with. */
function cudaEnvironment({ index }: InferenceDevice): Record<string, string> {
  return { CUDA_VISIBLE_DEVICES: String(index), CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
}

function deviceFiles(): readonly string[] {
  return readdirSync('/dev').flatMap((name) => (/^nvidia/.test(name) ? [join('/dev', name)] : []));
}
