/** What an attempt died of, as the failure that people are told. */
import { InputError } from '../../media/input.ts';
import { SandboxError } from '../../media/sandbox.ts';
import { StepFailure } from '../step-context.ts';
import { diskFull, foundNoRoom } from './disk-full.ts';

/** Messages of errors that nobody named can hold paths, so only the worker's log gets them. */
export function asStepFailure(error: unknown, step: string): StepFailure {
  if (error instanceof StepFailure) return error;
  if (foundNoRoom(error)) return diskFull(step, error);
  if (error instanceof InputError) {
    const retry = error.code === 'INPUT_UNREADABLE' ? 'backoff' : 'never';
    return new StepFailure({
      code: error.code,
      message: error.message,
      hint: error.hint,
      retry,
      cause: error,
    });
  }
  if (error instanceof SandboxError) return notGuarded(error);
  return new StepFailure({
    code: 'STEP_CRASHED',
    message: `${step} failed in a way that it has no name for`,
    hint: 'look at the log of the worker, then retry the analysis',
    retry: 'backoff',
    cause: error,
  });
}

/** The machine's fault, not the file's: the child was not run, or could not be watched any longer. */
function notGuarded({ code, message, cause }: SandboxError): StepFailure {
  return new StepFailure({
    code,
    message,
    hint: 'it is tried again by itself; if it stays so, look at the log of the worker',
    retry: 'backoff',
    cause,
  });
}
