/** The suite's part in a worker: it holds attempts, lets them fail, and keeps the record of what was computed. */
import { access } from 'node:fs/promises';
import type { StepCall } from '../activities/contract.ts';
import { installHold } from '../activities/frame/hold.ts';
import {
  type StepContext,
  StepFailure,
  type StepProgress,
  type StepResult,
} from '../activities/step-context.ts';
import { workflowIdOf } from '../policy/ids.ts';
import { type Holds, openHolds, type WorkLine } from './holds.ts';

const SHELL = '/bin/sh';

export function holdWork(directory: string): void {
  const holds = openHolds(directory);
  const lineOf = (call: StepCall) => {
    const { step, instance } = call;
    return { workflowId: workflowIdOf(call), step, instance, pid: process.pid };
  };
  const before = async (context: StepContext, call: StepCall) => {
    const line = lineOf(call);
    const name = { workflowId: line.workflowId, step: call.step };
    if (holds.isPlaced(name)) {
      holds.record({ event: 'held', ...line });
      if (holds.fails(name)) throw toldToFail(call);
      await waitInChild(context, holds, name);
    }
    holds.record({ event: 'working', ...line });
    return watched(context, () => holds.record({ event: 'backwards', ...line }));
  };
  const after = (call: StepCall, { value, document }: StepResult<unknown>) => {
    if (!isPlain({ value, document })) holds.record({ event: 'not-plain', ...lineOf(call) });
  };
  installHold({ before, after });
}

/** Without NaN and Infinity, which JSON silently turns into null. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.values(value).every(isPlain);
}

/** In a sandboxed child, so that a kill and a cancel find a process of the attempt to end. */
async function waitInChild(
  context: StepContext,
  holds: Holds,
  name: Pick<WorkLine, 'workflowId' | 'step'>,
): Promise<void> {
  await access(SHELL);
  const path = holds.pathOf(name);
  await context.child({
    title: `hold ${name.workflowId} ${name.step}`,
    // The path stands in the command line: by it the suite sees whether the child lives.
    pipeline: [{ argv: [SHELL, '-c', 'while [ -e "$0" ]; do sleep 0.1; done', path] }],
    directory: context.directory,
    readable: [holds.directory],
    limits: { wallMs: 120_000, memoryBytes: 256e6, stdoutBytes: 1e3, fileBytes: 1e3, processes: 8 },
  });
}

/** The context, with an eye on progress: within one attempt it only grows, and never past its total. */
function watched(context: StepContext, onBackwards: () => void): StepContext {
  let last: StepProgress | null = null;
  const progress = (made: StepProgress) => {
    const grows = last === null || last.unit !== made.unit || made.done >= last.done;
    if (!grows || made.done > (made.total ?? Number.POSITIVE_INFINITY)) onBackwards();
    last = made;
    context.progress(made);
  };
  // Copied by descriptor: reading `input` throws where there is none.
  return Object.defineProperties({} as StepContext, {
    ...Object.getOwnPropertyDescriptors(context),
    progress: { value: progress, enumerable: true },
  });
}

function toldToFail({ step }: StepCall): StepFailure {
  return new StepFailure({
    code: 'CONFORMANCE_FAILURE',
    message: `${step} was told to fail`,
    hint: 'nothing: the conformance suite did this',
    retry: 'never',
  });
}
