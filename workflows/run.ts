import type { Priority } from '@temporalio/common';
import { CancellationScope, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { type AnalysisDefinition, type StepDefinition, stepOf } from '../kinds/define.ts';
import type { Marked } from '../kinds/output-mark.ts';
import { FIRST_PRIORITY, NORMAL_PRIORITY } from '../policy/priority.ts';
import type {
  CommitCall,
  DigestValue,
  Json,
  Params,
  StepActivity,
  StepAnswer,
  StepCall,
  StepQueues,
} from '../activities/contract.ts';
import { type Claimed, type Display, openDisplay } from './display.ts';

export interface StepOptions {
  /** The later step that takes over what this one can leave in its worker (`context.leave`). */
  readonly leavesFor?: string | undefined;
}

/** What a kind's story does its steps with. */
export interface Run {
  readonly params: Params;
  /** `<kind>.digest`: pins the bytes and measures their sha256; every later step is held to both. */
  digest(): Promise<StepAnswer<DigestValue>>;
  /**
   * The same, measured by a step of the kind's own: one pass over a large file is enough. Steps before it have no
   * memory, and all are held to the pin.
   */
  digestFrom(answer: StepAnswer<DigestValue>): void;
  /**
   * Does one step and waits for it. `input` is the implementation's, with marks for the outputs that it reads;
   * `instance` names one of many of the same step: letters, digits, dashes.
   */
  step<Value = Json, Input = unknown>(
    name: string,
    input: Marked<NoInfer<Input>>,
    instance?: string,
    options?: StepOptions,
  ): Promise<StepAnswer<Value>>;
  /** Tells operators what is going on now. */
  phase(step: string, details: string): void;
}

/** The same run as the lifecycle sees it. */
export interface OpenRun extends Run {
  readonly incarnation: number;
  /** Of the claim in this history: a reset past it leaves it as it was. */
  readonly generation: number;
  readonly display: Display;
  /** What commit needs: the fence of the result, and those of every step whose output went into it. */
  committable(): Committable;
  /** What the result step says of its result, in a line; empty when it says nothing. */
  headline(): string;
  /** Does the result step once more, after somebody else's attempt took its fence. */
  repeatResult(): Promise<void>;
  /** Runs the story so that nothing of it is alive when this returns or throws. */
  settled<T>(story: () => Promise<T>): Promise<T>;
}

type Committable = Pick<CommitCall, 'resultFence' | 'fences' | 'starts'>;

/** Temporal gives an attempt up when it has said nothing for so long. */
const HEARTBEAT_TIMEOUT_MS = 10_000;
/** The frame ends an attempt at its time limit and says so; Temporal's own limit is for a frame that cannot. */
const TIMEOUT_MARGIN_MS = 30_000;

export function openRun(definition: AnalysisDefinition, claimed: Claimed): OpenRun {
  const display = openDisplay(definition, claimed);
  const steps = openSteps(definition, display, claimed.queues ?? {});
  const { kind } = definition;
  const { params, resourceId, incarnation, generation } = claimed;
  let digest: string | null = null;

  const step = async <Value>(
    name: string,
    input: unknown,
    instance = 'one',
    { leavesFor }: StepOptions = {},
  ) => {
    const what = { kind, resourceId, incarnation, generation, step: name, instance, input: input as Json };
    const leaves = leavesFor !== undefined && steps.shareQueue(name, leavesFor) && { leaves: true as const };
    return (await steps.perform({ ...what, pin: steps.pin(), digest, ...leaves })) as StepAnswer<Value>;
  };

  return {
    params,
    incarnation,
    generation,
    display,
    step,
    async digest() {
      const answer = await step<DigestValue>(`${kind}.digest`, {});
      digest = answer.value.sha256;
      return answer;
    },
    digestFrom(answer) {
      digest = answer.value.sha256;
    },
    phase: (name, details) => display.phase(name, details),
    committable: () => {
      const { fence, value } = steps.result().answer;
      return { resultFence: fence, fences: steps.fences(), ...startsOf(value) };
    },
    headline: () => headlineOf(steps.result().answer.value),
    repeatResult: async () => void (await steps.perform(steps.result().call)),
    settled: (story) => settled(steps.started, story),
  };
}

function headlineOf(value: Json): string {
  const said = (value as { readonly headline?: Json } | null)?.headline;
  return typeof said === 'string' ? said : '';
}

/** Kinds that the result asks to be started with it. Absent where it names none: older histories hold no such thing. */
function startsOf(value: Json): Pick<Committable, 'starts'> {
  const said = (value as { readonly starts?: Json } | null)?.starts;
  const starts = Array.isArray(said) ? said.filter((kind) => typeof kind === 'string') : [];
  return starts.length === 0 ? {} : { starts };
}

interface Done {
  readonly call: StepCall;
  readonly answer: StepAnswer;
}

/** Does steps and keeps what they answered: the newest answer of each instance counts. */
function openSteps(definition: AnalysisDefinition, display: Display, queues: StepQueues) {
  const done = new Map<string, Done>();
  const started = new Set<Promise<unknown>>();
  const queueOf = (name: string) => queues[name] ?? stepOf(definition, name).queue;
  return {
    started,
    shareQueue: (one: string, other: string): boolean => queueOf(one) === queueOf(other),
    pin: () => [...done.values()].find(({ answer }) => answer.pin !== null)?.answer.pin ?? null,
    fences: () => [...done.values()].map(({ answer }) => answer.fence),
    result(): Done {
      const last = [...done.values()].findLast(({ call }) => call.step === definition.resultStep);
      if (last) return last;
      throw new RangeError(`the story of ${definition.kind} must end with ${definition.resultStep}`);
    },
    async perform(call: StepCall): Promise<StepAnswer> {
      display.asks(call.step);
      const step = stepOf(definition, call.step);
      const answering = activityOf({ ...step, queue: queueOf(call.step) }, call.instance)(call);
      started.add(answering);
      const answer = await answering;
      done.set(`${call.step}/${call.instance}`, { call, answer });
      display.generation(answer.generation, answer.trigger);
      return answer;
    },
  };
}

function activityOf(step: StepDefinition, instance: string): StepActivity {
  const activities = proxyActivities<Record<string, StepActivity>>({
    taskQueue: step.queue,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    startToCloseTimeout: step.timeoutMs + TIMEOUT_MARGIN_MS,
    // The default would let the workflow close while the step's processes still run.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    // Deaths and deploys of workers cost attempts too, so Temporal never gives up, and waits no longer after the tenth
    // than after the first: the ledger counts real failures, and those say how long to wait.
    retry: { initialInterval: 1_000, backoffCoefficient: 1 },
    summary: instance === 'one' ? step.summary : `${step.summary} (${instance})`,
    ...(step.goesAhead && { priority: aheadOf(workflowInfo().priority) }),
  });
  return activities[step.name] as StepActivity;
}

/** One level ahead of the run's own; what is not named here is the run's. */
function aheadOf({ priorityKey }: Priority = {}): Priority {
  return { priorityKey: Math.max(FIRST_PRIORITY, (priorityKey || NORMAL_PRIORITY) - 1) };
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
