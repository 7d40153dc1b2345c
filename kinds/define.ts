/**
 * What a kind of analysis is, as data. Pure: no I/O, imported by workflows, workers, client, CLI and docs alike.
 * A kind outside this repository is declared with the same function.
 */
export type Policy = 'no-repeat' | 'allow-rerun';
export type Queue = 'control' | 'cpu' | 'io' | 'gpu' | 'maintenance';

export interface StepDefinition {
  /** Full name, `<kind>.<step>`; also the activity's type in Temporal. */
  readonly name: string;
  readonly queue: Exclude<Queue, 'control' | 'maintenance'>;
  /** Raised whenever the same input would give another output: step memory is keyed by it. */
  readonly version: number;
  /** Longest time one attempt may take. */
  readonly timeoutMs: number;
  /** Without real progress for this long the attempt kills its child and fails STALLED. */
  readonly stallMs: number;
  /** One line for the Temporal UI and for people. */
  readonly summary: string;
  /** False: the step reads no bytes of the resource (joins), so it needs no input file. */
  readonly readsInput: boolean;
  /** False: never answered from memory (it must look at the world each time). */
  readonly remembered: boolean;
  /** The output holds the resource's id or file name. Default: only the result step's does. See `namesResource`. */
  readonly namesResource?: boolean;
  /** True: done only where the params ask for it, which they do not unless somebody sets them. */
  readonly optional?: boolean;
  /** Param whose `off` leaves the step out, and whose `on` asks for it. */
  readonly switch?: string;
  /**
   * It continues what the run has begun, and goes one level of priority ahead of steps that begin: what is begun is
   * finished first. For short steps of short runs; a long one would keep others from their turn.
   */
  readonly goesAhead?: boolean;
  /** Models it uses, by name or as `task:objects`: another model gives another output. */
  readonly models?: readonly string[];
}

export interface AnalysisDefinition<Kind extends string = string> {
  readonly kind: Kind;
  readonly policy: Policy;
  /** Version of the analyser: a completed result of another version is stale. */
  readonly version: number;
  readonly title: string;
  readonly steps: readonly StepDefinition[];
  /** The step whose document is the result. */
  readonly resultStep: string;
  /** Schema id of the result, `analysis.<kind>/<n>`. */
  readonly resultSchema: string;
  /** Over this a run counts as long-running. */
  readonly longRunningMs: number;
  /** False: steps are answered from memory only with what was computed for the same resource. Default true. */
  readonly sharesMemory?: boolean;
}

const KIND = /^[a-z][a-z0-9-]{0,39}$/;

/** Checks and freezes a definition. Throws a RangeError that names the field. */
export function defineAnalysis<const Kind extends string>(
  definition: AnalysisDefinition<Kind>,
): AnalysisDefinition<Kind> {
  checkDefinition(definition);
  return Object.freeze({ ...definition, steps: Object.freeze([...definition.steps]) });
}

/** Also what a compiler would find: a definition may be written in JavaScript. */
function checkDefinition({ kind, policy, version, resultSchema, ...definition }: AnalysisDefinition): void {
  hold(KIND.test(kind), `kind: ${kind} must match ${KIND}`);
  hold(policies.has(policy), `policy: ${policy} is none of ${[...policies].join(', ')}`);
  hold(isCount(version), 'version: must be a whole number from 1');
  hold(isCount(definition.longRunningMs), 'longRunningMs: must be a whole number of milliseconds');
  hold(/^analysis\.[a-z0-9-]+\/\d+$/.test(resultSchema), `resultSchema: must be like analysis.${kind}/1`);
  const { steps, resultStep } = definition;
  hold(Array.isArray(steps) && steps.length > 0, 'steps: must be a list of steps');
  const names = new Set(steps.map(({ name }) => name));
  hold(names.size === steps.length, 'steps: two have one name');
  hold(names.has(resultStep), `resultStep: ${resultStep} is not one of the steps of ${kind}`);
  for (const step of steps) checkStep(kind, step);
}

function checkStep(kind: string, step: StepDefinition): void {
  const says = (holds: boolean, what: string) => hold(holds, `step ${step.name}: ${what}`);
  says(step.name.startsWith(`${kind}.`), `the name must start with "${kind}."`);
  says(queues.has(step.queue), `queue: ${step.queue} is none of ${[...queues].join(', ')}`);
  says(isCount(step.version), 'version: must be a whole number from 1');
  says(isCount(step.timeoutMs), 'timeoutMs: must be a whole number of milliseconds');
  says(isCount(step.stallMs), 'stallMs: must be a whole number of milliseconds');
  says(typeof step.readsInput === 'boolean', 'readsInput: must be true or false');
  says(typeof step.remembered === 'boolean', 'remembered: must be true or false');
  says(['boolean', 'undefined'].includes(typeof step.namesResource), 'namesResource: must be true or false');
  says(['boolean', 'undefined'].includes(typeof step.goesAhead), 'goesAhead: must be true or false');
  says(areNames(step.models), 'models: must be a list of names of models');
}

const policies: ReadonlySet<string> = new Set<Policy>(['no-repeat', 'allow-rerun']);
const queues: ReadonlySet<string> = new Set<StepDefinition['queue']>(['cpu', 'io', 'gpu']);

function areNames(models: unknown): boolean {
  return models === undefined || (Array.isArray(models) && models.every((name) => typeof name === 'string'));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function hold(holds: boolean, otherwise: string): void {
  if (!holds) throw new RangeError(otherwise);
}

/** False: the kind's input are its params; no step of it looks at bytes of the resource. */
export function needsBytes(definition: AnalysisDefinition): boolean {
  return definition.steps.some((step) => step.readsInput);
}

/** The definition of one step. Throws a RangeError for a step that the kind does not have. */
export function stepOf(definition: AnalysisDefinition, name: string): StepDefinition {
  const found = definition.steps.find((step) => step.name === name);
  if (!found) throw new RangeError(`${definition.kind} has no step ${name}`);
  return found;
}

/**
 * Whether the step may tell the resource's id and file name. Whose output tells neither is taken over for equal bytes of
 * another resource of the same owner.
 */
export function namesResource(
  { resultStep }: Pick<AnalysisDefinition, 'resultStep'>,
  step: StepDefinition,
): boolean {
  return step.namesResource ?? step.name === resultStep;
}
