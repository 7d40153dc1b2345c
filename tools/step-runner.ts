/**
 * Runs one step implementation without a worker: the same sandbox, a private directory that is gone afterwards.
 * For tests and benchmarks of analyses; nothing is remembered or stored.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openCalculator } from '../activities/frame/calculator.ts';
import { type Inference, openInference } from '../activities/inference/infer.ts';
import type {
  StepContext,
  StepImplementation,
  StepOutput,
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
  /** What steps left that were done before; the first one has fence 1. */
  readonly outputs?: readonly Pick<StepOutput, 'step' | 'document'>[];
  /** Where models lie that come with no package; an empty folder unless said. */
  readonly modelsDirectory?: string;
  /** Of a gpu worker; none unless said. */
  readonly device?: StepContext['device'];
}

/** A single attempt has none before it and none after it, and no ledger beside it. */
const nothingKept = {
  kept: undefined,
  keep: () => {},
  similarImages: async () => [],
  leave: () => null,
  takeOver: async () => null,
};

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
  const inference = await inferenceIn(directory, sandbox, options);
  const calculator = openCalculator();
  try {
    const pinned = await pin(path, options.digest ?? 'measured');
    const context: StepContext = {
      input: pinned,
      resourceId: pinned.resourceId,
      directory,
      signal,
      device: options.device,
      tools: { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', node: process.execPath },
      progress: (made) => progress.push(made),
      artefact: (name) => join(directory, name),
      ...nothingKept,
      output: async (ref) => outputOf(options.outputs ?? [], ref),
      child: childrenIn(sandbox, signal, exits),
      calculate: (module, input) => calculator.calculate(module, input, signal),
      infer: inference.during(signal),
    };
    const began = performance.now();
    const result = await implementation(context, input);
    return { ...result, exits, progress, wallMs: performance.now() - began };
  } finally {
    await Promise.all([inference.close(), calculator.close()]);
    await rm(directory, { recursive: true, force: true });
  }
}

function childrenIn(sandbox: Sandbox, signal: AbortSignal, exits: ChildExit[]): StepContext['child'] {
  return async (spec) => {
    const exit = await sandbox.run(spec, signal);
    exits.push(exit);
    return exit;
  };
}

function outputOf(outputs: NonNullable<StepRunOptions['outputs']>, ref: number): StepOutput {
  const output = outputs[ref - 1];
  if (output === undefined) throw new RangeError(`no output has the fence ${ref}`);
  const document: unknown = JSON.parse(JSON.stringify(output.document));
  const made = { startedAt: new Date().toISOString(), ms: 0, attempts: 1, remembered: false };
  return { document, artefacts: [], step: output.step, instance: 'one', ...made };
}

function inferenceIn(
  directory: string,
  sandbox: Sandbox,
  { modelsDirectory, device }: StepRunOptions,
): Promise<Inference> {
  return openInference({
    sandbox,
    node: process.execPath,
    scratch: join(directory, 'inference'),
    modelsDirectory: modelsDirectory ?? join(directory, 'models'),
    device,
  });
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
