import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnalysisDefinition, StepDefinition } from '../../kinds/define.ts';
import { pinnedModels } from '../../kinds/made-with.ts';
import { replaceMarks } from '../../kinds/output-mark.ts';
import { faultPoint } from '../../ledger/fault-points.ts';
import type { ArtefactRow, FinishRequest, Json } from '../../ledger/ledger.ts';
import { makeAttemptDirectory } from '../../media/attempt-directory.ts';
import { workflowIdOf } from '../../policy/ids.ts';
import type { StepAnswer, StepCall } from '../contract.ts';
import type { StepImplementation, StepResult } from '../step-context.ts';
import { currentRun } from '../current-run.ts';
import { openArtefacts } from './artefacts.ts';
import { type Begun, begin } from './begin.ts';
import { contextOf, type Materials } from './context.ts';
import { minding } from './disk-full.ts';
import { endingOf, NotCurrent } from './endings.ts';
import type { Frame } from './frame.ts';
import { held } from './hold.ts';
import { looksAtBytes, mayName, openAttemptInput } from './input.ts';
import { insist, LedgerTrouble } from './ledger-calls.ts';
import { openOutputs } from './outputs.ts';
import { type Pulse, startPulse } from './pulse.ts';
import { keyOf, recall } from './recall.ts';

/**
 * One attempt of a step: takes its fence, works under its pulse, and leaves its output under the fence.
 *
 * - It ends only when the processes it started are gone: that is the proof that cancelling waits for.
 * - Nothing of it is visible before `finish`, and `finish` is refused to whoever is no longer current.
 * - What it wrote and may not keep, it removes.
 */
export interface StepWork {
  readonly definition: AnalysisDefinition;
  readonly step: StepDefinition;
  readonly implementation: StepImplementation;
  /** No other attempt is under way in this worker. */
  readonly isAlone: () => boolean;
}

/** Longest that code which does not heed its signal is waited for. */
const DEAF_MS = 5_000;
/** A step's value travels through Temporal, by the thousand in one history. */
const VALUE_BYTES = 4_096;

export async function doAttempt(frame: Frame, work: StepWork, call: StepCall): Promise<StepAnswer> {
  const begun = await begin(frame, work.definition, call);
  const pulse = startPulse(frame, work.step, begun.fence);
  try {
    return await inDirectory(frame, begun, (directory) =>
      produce({ frame, ...work, call, begun, pulse, directory }),
    );
  } catch (error) {
    pulse.stop();
    throw await endingOf({ frame, step: work.step.name, fence: begun.fence }, reasonOf(pulse, error));
  } finally {
    pulse.stop();
  }
}

/** Whatever the work threw when it was aborted, the reason for the abort is what counts. */
function reasonOf(pulse: Pulse, error: unknown): unknown {
  return pulse.signal.aborted ? pulse.signal.reason : error;
}

interface Attempt extends StepWork {
  readonly frame: Frame;
  readonly call: StepCall;
  readonly begun: Begun;
  readonly pulse: Pulse;
  readonly directory: string;
}

async function inDirectory<T>(
  frame: Frame,
  begun: Begun,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const base = join(frame.dataDirectory, 'attempts');
  const directory = await makeAttemptDirectory(base, `${begun.fence}-${randomUUID().slice(0, 8)}`);
  try {
    return await work(directory.path);
  } finally {
    await directory.remove();
  }
}

async function produce(attempt: Attempt): Promise<StepAnswer> {
  const { frame, step, call, begun, definition, directory, pulse } = attempt;
  const knows = mayName(definition, step) ? 'everything' : 'extension';
  const input = looksAtBytes(definition, step)
    ? await openAttemptInput(frame, begun.source, call, knows)
    : null;
  const outputs = openOutputs(frame);
  const digests = await frame.inference.fingerprint(step.models ?? []);
  const models = pinnedModels(step.models ?? [], (name) => digests[name] ?? 'absent');
  const memoryKey = await keyOf(attempt, outputs, digests);
  const known = await recall(attempt, memoryKey);
  const pin = input?.pin ?? null;
  if (known) return finish(attempt, { ...known, memoryKey, rememberedFrom: known.fence, pin, models });

  const artefacts = openArtefacts(frame, call, { ...begun, directory });
  try {
    const materials = { input, outputs, artefacts };
    const {
      value,
      document,
      remember = true,
    } = await minding(directory, step.name, () => pulse.limit(() => analyse(attempt, materials)));
    assertSmall(value, step.name);
    await input?.assertUnchanged();
    const rows = await artefacts.store();
    // Before the answer: the step that takes it over may be done at once.
    if (call.leaves === true) await frame.handover.keep(begun.fence, directory);
    const left = { value: value as Json, document: (document ?? null) as Json, artefacts: rows };
    const learnt = remember ? memoryKey : null;
    return await finish(attempt, { ...left, memoryKey: learnt, rememberedFrom: null, pin, models });
  } catch (error) {
    // Where the ledger did not answer, it may have taken the output: then its files are needed.
    if (!(error instanceof LedgerTrouble)) await artefacts.discard();
    await frame.handover.drop(begun.fence);
    throw error;
  }
}

async function analyse(attempt: Attempt, materials: Materials): Promise<StepResult<unknown>> {
  const children = new Set<Promise<unknown>>();
  const { pulse, implementation, call } = attempt;
  pulse.signal.throwIfAborted();
  const input = replaceMarks(call.input, (fence) => fence);
  const context = contextOf(attempt, materials, children);
  const working = held(context, call, (given) => implementation(given, input));
  try {
    const result = await Promise.race([working, whenAborted(pulse.signal)]);
    pulse.signal.throwIfAborted();
    return result;
  } finally {
    await Promise.allSettled(children);
    if (pulse.signal.aborted) await Promise.race([Promise.allSettled([working]), delay(DEAF_MS)]);
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

type Left = Pick<FinishRequest, 'value' | 'document' | 'memoryKey' | 'rememberedFrom' | 'pin'> & {
  readonly artefacts: readonly ArtefactRow[];
  readonly models: readonly string[];
};

async function finish({ frame, step, call, begun, pulse }: Attempt, left: Left): Promise<StepAnswer> {
  const { fence, generation, trigger } = begun;
  const { value, document, artefacts, memoryKey, rememberedFrom, pin, models } = left;
  const computedWith = { version: step.version, models };
  const { temporalRunId } = currentRun();
  const output = { value, document, artefacts, memoryKey, rememberedFrom, computedWith, pin };
  const request = { fence, temporalRunId, ...output };
  const workflowId = workflowIdOf(call);
  const accepted = await insist(pulse.signal, async () => {
    await faultPoint('finish: before', workflowId);
    const taken = await frame.ledger.finish(request);
    await faultPoint('finish: after', workflowId);
    return taken;
  });
  if (!accepted)
    throw new NotCurrent('the output came too late: another attempt, or the end of the run, was first');
  return { fence, value, pin, generation, trigger };
}

function assertSmall(value: unknown, step: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
  if (bytes > VALUE_BYTES) {
    throw new RangeError(`the value of ${step} has ${bytes} bytes: put it into the document`);
  }
}
