/** Runs the steps of an image analysis with the real sandbox, but without ledger and engine. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Inference, openInference } from '../../../activities/inference/infer.ts';
import { imageSteps } from '../../../activities/image/steps.ts';
import type { StepContext, StepImplementation, StepOutput } from '../../../activities/step-context.ts';
import type { ImageParams } from '../../../kinds/image/params.ts';
import { imageResultSchema, type ImageResult } from '../../../kinds/image/result.ts';
import type { ChildExit } from '../../../media/child.ts';
import { createSandbox } from '../../../media/sandbox.ts';

export interface Analysed {
  readonly result: ImageResult;
  readonly codes: readonly string[];
  readonly children: readonly ChildExit[];
  /** Absolute path of an artefact; gone after the test file. */
  readonly artefact: (name: string) => string;
}

const sandbox = createSandbox();
const directories: string[] = [];

const opened: Inference[] = [];

export async function removeDirectories(): Promise<void> {
  await Promise.all(opened.splice(0).map((inference) => inference.close()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** Digest left out; the text is read only where the params ask for it. Throws what a step throws. */
export async function analyseImage(file: string, params: ImageParams = { ocr: 'off' }): Promise<Analysed> {
  const directory = mkdtempSync(join(tmpdir(), 'onceflow-image-'));
  directories.push(directory);
  const outputs: StepOutput[] = [];
  const children: ChildExit[] = [];
  const declared = new Map<string, string>();
  const inference = await openInference({
    sandbox,
    node: process.execPath,
    scratch: join(directory, 'inference'),
    modelsDirectory: join(directory, 'models'),
    device: undefined,
  });
  opened.push(inference);
  const signal = new AbortController().signal;
  const context: StepContext = {
    input: { path: file, name: basename(file), bytes: statSync(file).size, sha256: null, resourceId: 'test' },
    directory,
    signal,
    device: undefined,
    tools: { ffmpeg: 'ffmpeg', ffprobe: 'ffprobe', node: process.execPath },
    progress: () => {},
    artefact: (name, mediaType) => {
      declared.set(name, mediaType);
      return join(directory, name);
    },
    output: async (ref) => outputs[ref - 1] as StepOutput,
    similarImages: async () => [],
    infer: inference.during(signal),
    child: async (spec) => {
      const exit = await sandbox.run(spec, context.signal);
      children.push(exit);
      return exit;
    },
  };
  const run = async (step: string, input: unknown): Promise<number> => {
    const { document } = await (imageSteps[step] as StepImplementation)(context, input);
    const artefacts = [...declared].map(([name, mediaType]) => {
      const path = join(directory, name);
      return { name, mediaType, path, bytes: statSync(path).size, sha256: '' };
    });
    const measured = { startedAt: '', ms: 0, attempts: 1, remembered: false };
    outputs.push({ document, artefacts, step, instance: 'one', ...measured });
    return outputs.length;
  };
  const measure = await run('image.measure', {});
  const ocr = params.ocr === 'off' ? null : await run('image.ocr', { measure, minConfidence: 0.5 });
  await run('image.result', { measure, ocr, params });
  const result = imageResultSchema.parse(JSON.parse(JSON.stringify(outputs.at(-1)?.document)));
  return {
    result,
    codes: result.alerts.map(({ code }) => code),
    children,
    artefact: (name) => join(directory, name),
  };
}
