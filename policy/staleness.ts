/** Why a result, or a run that is going on, is not of what is asked for now. */
export type StaleReason =
  | 'content changed'
  | 'params changed'
  | 'analyser changed'
  /** Names the steps: `step version changed: video.audio, video.result`. */
  | `step version changed: ${string}`
  /** Names the steps whose models changed. */
  | `model changed: ${string}`;

/** What computes: versions and models. Several of one step: its instances were computed by different ones. */
export interface Computation {
  readonly analyserVersion: number;
  /** Versions by step; absent where nobody recorded them: what is unknown proves no change. */
  readonly steps?: Readonly<Record<string, readonly number[]>> | undefined;
  /** `name@digest` of models by step; the same holds, also for `name@absent`: only the machine of the step knows. */
  readonly models?: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface Basis extends Computation {
  readonly paramsHash: string;
  readonly sourceHash: string;
  /** `size:mtimeNs:inode` of the bytes, or null where nobody looked; an unknown pin proves no change. */
  readonly pin: string | null;
}

/** In the order of what a reader wants to know first; empty when nothing changed. */
export function staleReasons(made: Basis, asked: Basis): readonly StaleReason[] {
  const reasons: StaleReason[] = [];
  const pinsDiffer = made.pin !== null && asked.pin !== null && made.pin !== asked.pin;
  if (made.sourceHash !== asked.sourceHash || pinsDiffer) reasons.push('content changed');
  if (made.paramsHash !== asked.paramsHash) reasons.push('params changed');
  return [...reasons, ...computationReasons(made, asked)];
}

/** Those of the reasons that need no look at content and params: what computes is another by now. */
export function computationReasons(made: Computation, now: Computation): readonly StaleReason[] {
  const reasons: StaleReason[] = [];
  if (made.analyserVersion !== now.analyserVersion) reasons.push('analyser changed');
  const steps = changedSteps(made.steps, now.steps);
  if (steps.length > 0) reasons.push(`step version changed: ${steps.join(', ')}`);
  const models = changedSteps(...knownModels(made.models, now.models));
  if (models.length > 0) reasons.push(`model changed: ${models.join(', ')}`);
  return reasons;
}

type Models = Computation['models'];

const ABSENT = '@absent';

/** Without those that one side does not have: it cannot say whether they changed, and skipped work says so itself. */
function knownModels(made: Models, now: Models): readonly [Models, Models] {
  const all = [made, now].flatMap((models) => Object.values(models ?? {}).flat());
  const absent = new Set(all.filter((model) => model.endsWith(ABSENT)).map(nameOf));
  const known = (models: Models): Models =>
    models &&
    Object.fromEntries(
      Object.entries(models).map(([step, of]) => [step, of.filter((model) => !absent.has(nameOf(model)))]),
    );
  return [known(made), known(now)];
}

function nameOf(model: string): string {
  return model.slice(0, model.lastIndexOf('@'));
}

type OfSteps = Readonly<Record<string, readonly (string | number)[]>> | undefined;

/** Steps of what was made that are other ones now, or gone. A step that is new may be one that this input does not need. */
function changedSteps(made: OfSteps, now: OfSteps): readonly string[] {
  if (made === undefined || now === undefined) return [];
  return Object.keys(made)
    .filter((step) => keyOf(made[step]) !== keyOf(now[step]))
    .sort();
}

function keyOf(values: readonly (string | number)[] = []): string {
  return JSON.stringify([...new Set(values)].sort());
}
