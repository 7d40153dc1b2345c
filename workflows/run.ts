import {
  CancellationScope,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { type AnalysisDefinition, type StepDefinition, stepOf } from '../kinds/define.ts';
import type { Marked } from '../kinds/output-mark.ts';
import type { Json } from '../ledger/ledger.ts';
import type { Trigger } from '../policy/states.ts';
import type { ClaimAnswer, DigestValue, Params, StepActivity, StepAnswer, StepCall } from './contract.ts';
import { searchAttributes } from './search-attributes.ts';

/** What a kind's story does its steps with. */
export interface Run {
  readonly params: Params;
  /** `<kind>.digest`: pins the bytes and measures their sha256; every later step is held to both. */
  digest(): Promise<StepAnswer<DigestValue>>;
  /**
   * Does one step and waits for it. `input` is the implementation's, with marks for the outputs that it reads;
   * `instance` names one of many of the same step: letters, digits, dashes.
   */
  step<Value = Json, Input = unknown>(
    name: string,
    input: Marked<Input>,
    instance?: string,
  ): Promise<StepAnswer<Value>>;
  /** Tells operators what is going on now. */
  phase(step: string, details: string): void;
}

/** The same run as the lifecycle sees it. */
export interface OpenRun extends Run {
  readonly incarnation: number;
  /** What commit needs: the fence of the result, and those of every step whose output went into it. */
  committable(): { readonly resultFence: number; readonly fences: readonly number[] };
  /** Does the result step once more, after somebody else's attempt took its fence. */
  repeatResult(): Promise<StepAnswer<unknown>>;
  /** Runs the story so that nothing of it is alive when this returns or throws. */
  settled<T>(story: () => Promise<T>): Promise<T>;
  /** A reset changes the generation in the middle of a history; only an activity's answer tells. */
  noteGeneration(generation: number, trigger: Trigger): void;
}

interface ResultSoFar {
  readonly call: StepCall;
  readonly answer: StepAnswer<unknown>;
}

type Claimed = Extract<ClaimAnswer, { verdict: 'go' }>;

/** Temporal gives an attempt up when it has said nothing for so long. */
const HEARTBEAT_TIMEOUT_MS = 10_000;
/** The frame ends an attempt at its time limit and says so; Temporal's own limit is for a frame that cannot. */
const TIMEOUT_MARGIN_MS = 30_000;

export function openRun(definition: AnalysisDefinition, claimed: Claimed): OpenRun {
  const answers = new Map<string, StepAnswer<unknown>>();
  const started = new Set<Promise<unknown>>();
  let result: ResultSoFar | null = null;
  let pin: string | null = null;
  let sha256: string | null = null;
  let generation = claimed.generation;
  let shownPhase = '';

  const noteGeneration = (now: number, trigger: Trigger) => {
    if (now === generation) return;
    generation = now;
    upsertSearchAttributes([
      { key: searchAttributes.generation, value: now },
      { key: searchAttributes.trigger, value: trigger },
    ]);
  };

  const perform = async (call: StepCall): Promise<StepAnswer> => {
    const answer = await track(started, activityOf(stepOf(definition, call.step), call.instance)(call));
    answers.set(`${call.step}/${call.instance}`, answer);
    if (call.step === definition.resultStep) result = { call, answer };
    pin ??= answer.pin;
    noteGeneration(answer.generation, answer.trigger);
    return answer;
  };

  const step = async <Value>(name: string, input: unknown, instance = 'one') => {
    const { kind } = definition;
    const { resourceId, incarnation } = claimed;
    const call = {
      kind,
      resourceId,
      incarnation,
      step: name,
      instance,
      input: input as Json,
      pin,
      digest: sha256,
    };
    return (await perform(call)) as StepAnswer<Value>;
  };

  return {
    params: claimed.params,
    incarnation: claimed.incarnation,
    step,
    noteGeneration,
    async digest() {
      const answer = await step<DigestValue>(`${definition.kind}.digest`, {});
      sha256 = answer.value.sha256;
      return answer;
    },
    phase(name, details) {
      setCurrentDetails(`**${name}**: ${details}`);
      // Each upsert is an event of the history: kinds of one or two steps do without.
      if (name === shownPhase || definition.steps.length <= 2) return;
      shownPhase = name;
      upsertSearchAttributes([{ key: searchAttributes.step, value: name }]);
    },
    committable: () => ({
      resultFence: present(result, definition).answer.fence,
      fences: [...answers.values()].map((answer) => answer.fence),
    }),
    repeatResult: () => perform(present(result, definition).call),
    settled: (story) => settled(started, story),
  };
}

/** The claimed run as operators find it; a run that somebody started by hand brought no attributes of its own. */
export function showRun(definition: AnalysisDefinition, claimed: Claimed): void {
  const shown = workflowInfo().typedSearchAttributes;
  if (shown.get(searchAttributes.generation) === claimed.generation) return;
  upsertSearchAttributes([
    { key: searchAttributes.kind, value: definition.kind },
    { key: searchAttributes.resourceId, value: claimed.resourceId },
    { key: searchAttributes.policy, value: definition.policy },
    { key: searchAttributes.owner, value: claimed.owner },
    { key: searchAttributes.generation, value: claimed.generation },
    { key: searchAttributes.trigger, value: claimed.trigger },
  ]);
}

function activityOf(step: StepDefinition, instance: string): StepActivity {
  const activities = proxyActivities<Record<string, StepActivity>>({
    taskQueue: step.queue,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    startToCloseTimeout: step.timeoutMs + TIMEOUT_MARGIN_MS,
    // The default would let the workflow close while the step's processes still run.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    // Deaths and deploys of workers cost attempts too, so Temporal never gives up: the ledger counts real failures.
    retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
    summary: instance === 'one' ? step.summary : `${step.summary} (${instance})`,
  });
  return activities[step.name] as StepActivity;
}

function present(result: ResultSoFar | null, definition: AnalysisDefinition): ResultSoFar {
  if (!result) throw new RangeError(`the story of ${definition.kind} must end with ${definition.resultStep}`);
  return result;
}

function track<T>(started: Set<Promise<unknown>>, promise: Promise<T>): Promise<T> {
  started.add(promise);
  return promise;
}

/** A failing branch ends its siblings, and waits until their processes are gone. */
async function settled<T>(started: ReadonlySet<Promise<unknown>>, story: () => Promise<T>): Promise<T> {
  const scope = new CancellationScope();
  try {
    return await scope.run(story);
  } catch (error) {
    scope.cancel();
    await CancellationScope.nonCancellable(() => Promise.allSettled(started));
    throw error;
  }
}
