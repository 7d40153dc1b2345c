/** Does the steps of an analysis with the real sandbox, but without ledger and engine. */
import { mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Implementations } from '../../activities/frame/step-activities.ts';
import { openCalculator } from '../../activities/frame/calculator.ts';
import { openInference } from '../../activities/inference/infer.ts';
import type { StepContext, StepImplementation, StepOutput } from '../../activities/step-context.ts';
import type { ChildExit } from '../../media/child.ts';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { createSandbox, type Sandbox } from '../../media/sandbox.ts';

export interface StepsDone {
  readonly outputs: readonly StepOutput[];
  /** Absolute path of an artefact, by step and name. */
  readonly artefact: (step: string, name: string) => string;
  /** Everything that ran, in order. */
  readonly children: readonly { readonly title: string; readonly exit: ChildExit }[];
}

interface StepOptions {
  readonly device?: StepContext['device'];
  readonly signal?: AbortSignal;
  /** Where models lie that come with no package; an empty folder unless said. */
  readonly modelsDirectory?: string;
}

export type Steps = Awaited<ReturnType<typeof openSteps>>;

let sandbox: Sandbox | undefined;

/** Steps of one kind, to be done one by one as a workflow would; `close` ends the child that infers. */
export async function openSteps(
  implementations: Implementations,
  file: string,
  directory: string,
  options: StepOptions = {},
) {
  const tools = await findMediaTools();
  sandbox ??= createSandbox();
  const { run: runChild } = sandbox;
  const outputs: StepOutput[] = [];
  const children: { title: string; exit: ChildExit }[] = [];
  const signal = options.signal ?? new AbortController().signal;
  const inference = await openInference({
    sandbox,
    node: process.execPath,
    scratch: join(directory, 'inference'),
    modelsDirectory: options.modelsDirectory ?? join(directory, 'models'),
    device: options.device,
  });
  const calculator = openCalculator();
  const run = async <Value>(
    step: string,
    instance: string,
    input: unknown,
  ): Promise<{ fence: number; value: Value }> => {
    const own = join(directory, `${step}-${instance}`);
    mkdirSync(own, { recursive: true });
    const declared = new Map<string, string>();
    const context: StepContext = {
      input: {
        path: file,
        name: basename(file),
        bytes: statSync(file).size,
        sha256: null,
        resourceId: 'test',
      },
      resourceId: 'test',
      directory: own,
      signal,
      device: options.device,
      tools: { ffmpeg: tools.ffmpeg.path, ffprobe: tools.ffprobe.path, node: process.execPath },
      progress: () => {},
      kept: undefined,
      keep: () => {},
      artefact: (name, mediaType) => {
        declared.set(name, mediaType);
        return join(own, name);
      },
      output: async (ref) => outputs[ref - 1] as StepOutput,
      infer: inference.during(signal),
      similarImages: async () => [],
      calculate: (module, input) => calculator.calculate(module, input, signal),
      leave: () => null,
      takeOver: async () => null,
      child: async (spec) => {
        const exit = await runChild(spec, signal);
        children.push({ title: spec.title, exit });
        return exit;
      },
    };
    const startedAt = new Date().toISOString();
    const began = performance.now();
    const { value, document } = await (implementations[step] as StepImplementation)(context, input);
    const artefacts = [...declared].map(([name, mediaType]) => {
      const path = join(own, name);
      return { name, mediaType, path, bytes: statSync(path).size, sha256: '' };
    });
    const ms = performance.now() - began;
    outputs.push({ document, artefacts, step, instance, startedAt, ms, attempts: 1, remembered: false });
    return { fence: outputs.length, value: value as Value };
  };
  const done = (): StepsDone => ({
    outputs,
    children,
    artefact: (step, name) => {
      const found = outputs.findLast((one) => one.step === step)?.artefacts.find((one) => one.name === name);
      if (!found) throw new RangeError(`${step} left no ${name}`);
      return found.path;
    },
  });
  const document = (fence: number): unknown => outputs[fence - 1]?.document;
  const close = async (): Promise<void> => void (await Promise.all([inference.close(), calculator.close()]));
  return { run, done, document, close };
}
