/** What steps infer with: the models of this machine, and the warm child of this worker. */
import { mkdir } from 'node:fs/promises';
import type { ModelReference } from '../../kinds/models/model.ts';
import type { InferenceDevice } from '../../media/inference/child-process.ts';
import { createInferenceEngine, type EngineUse } from '../../media/inference/engine.ts';
import type { ModelAt } from '../../media/inference/requests.ts';
import type { OnWait } from '../../media/inference/warm-child.ts';
import { packageFolder } from '../../media/inference/packages.ts';
import { modelFolders } from '../../media/models/store.ts';
import type { Sandbox } from '../../media/sandbox.ts';
import { asStepFailure } from './failures.ts';
import { type InstalledModel, openModelRegistry } from './registry.ts';

/** As one attempt has it: what it uses ends with it. */
export interface Infer {
  /** Null: not installed. Throws a StepFailure for a model whose file is not the pinned one. */
  readonly model: (reference: ModelReference) => Promise<InstalledModel | null>;
  /** False: onnxruntime is not installed. */
  readonly hasRuntime: () => boolean;
  /** For models in which threads wait for each other: beside other attempts, one is enough. */
  readonly threads: () => Pick<ModelAt, 'threads'>;
  /** Holds the device while `work` lasts. Throws StepFailures. */
  readonly use: <T>(work: (use: EngineUse) => Promise<T>) => Promise<T>;
}

/** As a worker process has it. */
export interface Inference {
  /** `onWait` hears of waits for a device that others hold. */
  readonly during: (signal: AbortSignal, onWait?: OnWait) => Infer;
  /** The digest of each model that a step names, or `absent`. */
  readonly fingerprint: (references: readonly ModelReference[]) => Promise<Readonly<Record<string, string>>>;
  readonly close: () => Promise<void>;
}

export interface InferenceOptions {
  readonly sandbox: Pick<Sandbox, 'run'>;
  readonly node: string;
  /** Attempts' directories are made below it. */
  readonly scratch: string;
  readonly modelsDirectory: string;
  readonly device: InferenceDevice | undefined;
  /** How long an unused child is kept. */
  readonly idleMs?: number;
  readonly memoryBytes?: number;
}

export async function openInference(options: InferenceOptions): Promise<Inference> {
  const { modelsDirectory, ...settings } = options;
  const registry = openModelRegistry(modelsDirectory);
  // A child that is started without it would not see what is added while it is warm.
  await mkdir(modelsDirectory, { recursive: true }).catch(() => {});
  const engine = createInferenceEngine({ ...settings, models: await modelFolders(modelsDirectory) });
  return {
    during: (signal, onWait = () => {}) => ({
      model: registry.find,
      hasRuntime: () => packageFolder('onnxruntime-node') !== null,
      threads: () => ({}),
      use: async (work) => {
        try {
          return await engine.use({ signal, onWait }, work);
        } catch (error) {
          throw asStepFailure(error);
        }
      },
    }),
    fingerprint: registry.fingerprint,
    close: engine.close,
  };
}
