/**
 * Runs one step implementation without a worker: the same sandbox, a private directory that is gone afterwards.
 * For tests and benchmarks of analyses; nothing is remembered or stored.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Inference, openInference } from '../activities/inference/infer.ts';
import type {
  StepContext,
  StepImplementation,
  StepProgress,
  StepResult,
} from '../activities/step-context.ts';
import type { ChildExit } from '../media/child.ts';
import { createSandbox, type Sandbox } from '../media/sandbox.ts';

export interface StepRun<Value> extends StepResult<Value> {
  readonly exits: readonly ChildExit[];
  readonly progress: readonly StepProgress[];
  readonly wallMs: number;
}

export interface StepRunOptions {
  readonly signal?: AbortSignal;
  /** Hashing takes as long as a fast step. */
  readonly digest?: 'measured' | 'left-out';
  /** Where models lie that come with no package; an empty folder unless said. */
  readonly modelsDirectory?: string;
  /** Of a gpu worker; none unless said. */
  readonly device?: StepContext['device'];
}

/** Rejects with what the implementation throws. */
export async function runStep<Input, Value>(
  implementation: StepImplementation<Input, Value>,
  path: string,
  input: Input,
  options: StepRunOptions = {},
): Promise<StepRun<Value>> {
  const sandbox = createSandbox();
  const directory = await mkdtemp(join(tmpdir(), 'onceflow-step-'));
  const signal = options.signal ?? new AbortController().signal;
  const exits: ChildExit[] = [];
  const progress: StepProgress[] = [];
  const inference = await openInference({
    sandbox,
    node: process.execPath,
    scratch: join(directory, 'inference'),
    modelsDirectory: options.modelsDirectory ?? join(directory, 'models'),
    device: options.device,
  });
  try {
    const pinned = await pin(path, options.digest ?? 'measured');
    const context = contextIn({
      device: options.device,
      directory,
      signal,
      pinned,
      sandbox,
      exits,
      progress,
      inference,
    });
    await mkdir(directory, { recursive: true });
    const began = performance.now();
    const result = await implementation(context, input);
    return { ...result, exits, progress, wallMs: performance.now() - began };
  } finally {
    await inference.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Ground {
  readonly device: StepContext['device'];
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly pinned: StepContext['input'];
  readonly sandbox: Sandbox;
  readonly exits: ChildExit[];
  readonly progress: StepProgress[];
  readonly inference: Inference;
}

function contextIn({
  device,
  directory,
  signal,
  pinned,
  sandbox,
  exits,
  progress,
  inference,
}: Ground): StepContext {
  return {
    input: pinned,
    directory,
    signal,
    device,
    tools: { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', node: process.execPath },
    progress: (made) => progress.push(made),
    artefact: (name) => join(directory, name),
    output: () => Promise.reject(new Error('A single step has no outputs of others.')),
    child: async (spec) => {
      const exit = await sandbox.run(spec, signal);
      exits.push(exit);
      return exit;
    },
    infer: inference.during(signal),
  };
}

async function pin(path: string, digest: 'measured' | 'left-out'): Promise<StepContext['input']> {
  const real = await realpath(path);
  const { size: bytes } = await stat(real);
  const sha256 = digest === 'measured' ? await sha256Of(real) : null;
  return { path: real, name: basename(path), bytes, sha256, resourceId: 'resource' };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
