/** What steps are told when inference breaks. */
import { InferenceDied, InferenceRefused } from '../../media/inference/child-process.ts';
import { StepFailure } from '../step-context.ts';

/** Optional: npm leaves it out, without a word, where the script that fetches the parts for CUDA fails. */
export const runtimeHint =
  'Install onnxruntime-node, an optional dependency: `npm install --ignore-scripts` does, its own script may fail.';

/** Memory ran out: a smaller batch may fit. */
export function isOutOfMemory(error: unknown): boolean {
  if (error instanceof InferenceRefused) return error.code === 'OUT_OF_MEMORY';
  return error instanceof InferenceDied && error.limit === 'memory';
}

/** onnxruntime is there and does not load. */
export function isWithoutRuntime(error: unknown): boolean {
  return error instanceof StepFailure && error.code === 'RUNTIME_MISSING';
}

/** Errors that are not of inference stay what they are. */
export function asStepFailure(error: unknown): unknown {
  if (isOutOfMemory(error)) return outOfMemory(error);
  if (error instanceof InferenceDied) return died(error);
  if (!(error instanceof InferenceRefused)) return error;
  if (error.code === 'MODEL_BROKEN') return broken(error);
  if (error.code === 'RUNTIME_MISSING') return runtimeMissing(error);
  return new StepFailure({
    code: error.code === 'LOCK_FAILED' ? 'DEVICE_LOCK_FAILED' : 'INFERENCE_CRASHED',
    message:
      error.code === 'LOCK_FAILED'
        ? 'The device could not be locked for inference.'
        : 'The inference process was replaced in the middle of a track.',
    hint: 'It is tried again; if it stays so, look at the log of the worker.',
    retry: 'backoff',
    cause: error,
  });
}

/** Other work may have taken the memory, of the device or of the machine, so it is tried again, later. */
function outOfMemory(cause: unknown): StepFailure {
  const onDevice = cause instanceof InferenceRefused && cause.provider === 'cuda';
  return new StepFailure({
    code: 'INFERENCE_OUT_OF_MEMORY',
    message: `Memory of the ${onDevice ? 'CUDA device' : 'processor'} ran out during inference, even for the smallest batch.`,
    hint: onDevice
      ? 'End what else uses the device, or give the worker one with more memory.'
      : 'End what else runs on the machine, or use a smaller model.',
    retry: 'backoff',
    cause,
  });
}

function died(cause: InferenceDied): StepFailure {
  return new StepFailure({
    code: 'INFERENCE_CRASHED',
    message:
      cause.limit === null
        ? 'The inference process crashed.'
        : `The inference process reached its limit of ${cause.limit} and was ended.`,
    hint: 'It is started anew and tried again; if it stays so, verify the models with `onceflow models verify`.',
    retry: 'backoff',
    cause: new Error(cause.tail, { cause: cause.cause }),
  });
}

function broken(cause: InferenceRefused): StepFailure {
  return new StepFailure({
    code: 'MODEL_BROKEN',
    message: `The model did not run: ${cause.message}`,
    hint: 'Check that the model is of the family it was added as: `onceflow models list`.',
    retry: 'never',
    cause,
  });
}

function runtimeMissing(cause: InferenceRefused): StepFailure {
  return new StepFailure({
    code: 'RUNTIME_MISSING',
    message: `onnxruntime does not load: ${cause.message}`,
    hint: runtimeHint,
    retry: 'never',
    cause,
  });
}
