/** Runs the steps of a video analysis with the real sandbox, but without ledger and engine. */
import { mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openInference } from '../../activities/inference/infer.ts';
import type { StepContext, StepImplementation, StepOutput } from '../../activities/step-context.ts';
import { videoSteps } from '../../activities/video/steps.ts';
import { chunkInputs, type ProbeValue } from '../../kinds/video/flow.ts';
import type { VideoParams } from '../../kinds/video/params.ts';
import type { VideoResult } from '../../kinds/video/result.ts';
import { findMediaTools } from '../../media/ffmpeg-tools.ts';
import { createSandbox, type Sandbox } from '../../media/sandbox.ts';
import type { ChildExit } from '../../media/child.ts';

export interface Analysed {
  readonly result: VideoResult;
  readonly outputs: readonly StepOutput[];
  /** Absolute path of an artefact, by step and name. */
  readonly artefact: (step: string, name: string) => string;
  /** Everything that ran, in order. */
  readonly children: readonly { readonly title: string; readonly exit: ChildExit }[];
}

export interface AnalyseOptions {
  readonly params?: VideoParams;
  readonly device?: StepContext['device'];
  readonly signal?: AbortSignal;
  /** Otherwise neither speech nor text is looked for: models take longer than all else. */
  readonly inference?: 'asked';
}

let sandbox: Sandbox | undefined;

/** The whole story, chunks one after the other beside the audio, as one gpu worker and one cpu worker do it. */
export async function analyseVideo(
  file: string,
  directory: string,
  options: AnalyseOptions = {},
): Promise<Analysed> {
  const steps = await openSteps(file, directory, options);
  try {
    return await analyse(steps, options);
  } finally {
    await steps.close();
  }
}

async function analyse(
  steps: Awaited<ReturnType<typeof openSteps>>,
  { params = {}, inference }: AnalyseOptions,
): Promise<Analysed> {
  const probe = await steps.run<ProbeValue>('video.probe', 'one', { params });
  const measureChunks = async (): Promise<readonly number[]> => {
    const fences: number[] = [];
    for (const input of chunkInputs(probe.fence, probe.value)) {
      fences.push((await steps.run('video.chunk', `chunk-${input.chunk}`, input)).fence);
    }
    return fences;
  };
  const measureAudio = async (): Promise<number | null> =>
    probe.value.hasAudio ? (await steps.run('video.audio', 'one', { probe: probe.fence })).fence : null;
  const [chunks, audio] = await Promise.all([measureChunks(), measureAudio()]);
  const measured = { probe: probe.fence, chunks, params };
  const keyframes = await steps.run('video.keyframes', 'one', measured);
  const inferred = { text: null, speech: null } as { text: number | null; speech: number | null };
  if (inference === 'asked') {
    inferred.text = (await steps.run('video.text', 'one', { keyframes: keyframes.fence })).fence;
    if (probe.value.hasAudio) {
      inferred.speech = (await steps.run('video.speech', 'one', { probe: probe.fence })).fence;
    }
  }
  const joins = { ...measured, audio, keyframes: keyframes.fence, ...inferred };
  const result = await steps.run('video.result', 'one', joins);
  const outputs = steps.outputs();
  return {
    result: outputs[result.fence - 1]?.document as VideoResult,
    outputs,
    children: steps.children,
    artefact: (step, name) => {
      const found = outputs.findLast((one) => one.step === step)?.artefacts.find((one) => one.name === name);
      if (!found) throw new RangeError(`${step} left no ${name}`);
      return found.path;
    },
  };
}

async function openSteps(file: string, directory: string, options: AnalyseOptions) {
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
    modelsDirectory: join(directory, 'models'),
    device: options.device,
  });
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
      directory: own,
      signal,
      device: options.device,
      tools: { ffmpeg: tools.ffmpeg.path, ffprobe: tools.ffprobe.path, node: process.execPath },
      progress: () => {},
      artefact: (name, mediaType) => {
        declared.set(name, mediaType);
        return join(own, name);
      },
      output: async (ref) => outputs[ref - 1] as StepOutput,
      child: async (spec) => {
        const exit = await runChild(spec, signal);
        children.push({ title: spec.title, exit });
        return exit;
      },
      infer: inference.during(signal),
    };
    const startedAt = new Date().toISOString();
    const began = performance.now();
    const { value, document } = await (videoSteps[step] as StepImplementation)(context, input);
    const artefacts = [...declared].map(([name, mediaType]) => {
      const path = join(own, name);
      return { name, mediaType, path, bytes: statSync(path).size, sha256: '' };
    });
    const ms = performance.now() - began;
    outputs.push({ document, artefacts, step, instance, startedAt, ms, attempts: 1, remembered: false });
    return { fence: outputs.length, value: value as Value };
  };
  return { run, outputs: () => outputs, children, close: inference.close };
}
