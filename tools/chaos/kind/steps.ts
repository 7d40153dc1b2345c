import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Implementations } from '../../../activities/frame/step-activities.ts';
import { type StepContext, StepFailure, type StepImplementation } from '../../../activities/step-context.ts';
import type { ComputationLine } from '../../../test/checker/history.ts';

export interface LightParams {
  readonly waitMs?: number;
  readonly fails?: boolean;
}

type LightInput = LightParams & { readonly kind: string; readonly resourceId: string };

/** The first act of every step: says, outside the ledger, that it works and under which fence. */
function testify(context: StepContext, step: string, { kind, resourceId }: LightInput): number {
  const fence = Number(basename(context.directory).split('-')[0]);
  const line: ComputationLine = { line: 'computation', kind, resourceId, step, fence, at: Date.now() };
  const witness = join(dirname(context.input.path), 'witness', `${process.pid}.ndjson`);
  appendFileSync(witness, `${JSON.stringify(line)}\n`);
  return fence;
}

const work: StepImplementation<LightInput, null> = async (context, input) => {
  testify(context, 'work', input);
  const { waitMs = 0 } = input;
  for (let waited = 0; waited < waitMs; waited += 50) {
    context.signal.throwIfAborted();
    context.progress({ done: waited, total: waitMs, unit: 'ms' });
    await delay(50);
  }
  return { value: null, document: {} };
};

const result: StepImplementation<LightInput, null> = async (context, input) => {
  const fence = testify(context, 'result', input);
  if (!input.fails) return { value: null, document: { status: 'complete', fence } };
  const told = { code: 'TOLD_TO_FAIL', message: 'the caller asked for a failure', hint: 'ask without' };
  throw new StepFailure({ ...told, retry: 'never' });
};

export const implementations: Implementations = Object.fromEntries(
  ['single', 'repeated'].flatMap((kind) => [
    [`${kind}.work`, work],
    [`${kind}.result`, result],
  ]),
);
