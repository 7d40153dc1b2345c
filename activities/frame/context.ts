import type { AnalysisDefinition, StepDefinition } from '../../kinds/define.ts';
import type { ChildExit, ChildSpec } from '../../media/child.ts';
import type { StepCall } from '../contract.ts';
import type { StepContext } from '../step-context.ts';
import type { Artefacts } from './artefacts.ts';
import type { Frame } from './frame.ts';
import { type AttemptInput, mayName } from './input.ts';
import { fromLedger } from './ledger-calls.ts';
import { leavingDirectory } from './handover.ts';
import { keptFor } from './kept.ts';
import type { Outputs } from './outputs.ts';
import { keptBefore, type Pulse } from './pulse.ts';

/** Whose context it is. */
interface Holder {
  readonly frame: Frame;
  readonly definition: AnalysisDefinition;
  readonly step: StepDefinition;
  readonly call: StepCall;
  readonly pulse: Pulse;
  readonly directory: string;
  readonly isAlone: () => boolean;
}

export interface Materials {
  readonly input: AttemptInput | null;
  readonly outputs: Outputs;
  readonly artefacts: Artefacts;
}

/** What an implementation is given; `children` collects everything that has to be gone before the attempt ends. */
export function contextOf(
  holder: Holder,
  { input, outputs, artefacts }: Materials,
  children: Set<Promise<unknown>>,
): StepContext {
  const { frame, definition, step, call, pulse, directory } = holder;
  const gone: Gone = (work) => {
    children.add(work);
    return work;
  };
  const context: StepContext = {
    get input() {
      if (input) return input.pinned;
      throw new TypeError(`${step.name} declares that it reads no input`);
    },
    get resourceId() {
      if (mayName(definition, step)) return call.resourceId;
      throw new TypeError(`${step.name} is remembered for equal work of other resources: it names none`);
    },
    directory,
    signal: pulse.signal,
    device: frame.device,
    tools: frame.tools,
    progress: (progress) => pulse.progress(progress),
    ...keeping(pulse, step.version, input?.pin ?? null),
    artefact: (name, mediaType) => artefacts.declare(name, mediaType),
    ...handingOver(holder),
    output: (ref) => outputs.output(ref),
    similarImages({ phash64, dhash64, withinBits, limit }) {
      const { kind, resourceId } = call;
      const asked = { kind, resourceId, phash64, dhash64, withinBits, limit };
      return fromLedger(frame.ledger.similarImages(asked));
    },
    ...worksBeside(holder, gone),
  };
  // A step may copy its context; it must not thereby ask for what it may not name.
  return Object.defineProperty(context, 'resourceId', { enumerable: false });
}

type Gone = <T>(work: Promise<T>) => Promise<T>;

/** Children, threads and models. */
function worksBeside(
  { frame, pulse, isAlone }: Holder,
  gone: Gone,
): Pick<StepContext, 'child' | 'calculate' | 'infer'> {
  const infer = frame.inference.during(pulse.signal, (wait) => pulse.waits(wait));
  const threads = () => (frame.device || isAlone() ? {} : { threads: 1 });
  return {
    child: (spec) => gone(runChild({ frame, pulse }, spec)),
    calculate: (module, input) => gone(frame.calculator.calculate(module, input, pulse.signal)),
    infer: { ...infer, use: (work) => gone(infer.use(work)), threads },
  };
}

function handingOver({ frame, call, directory }: Holder): Pick<StepContext, 'leave' | 'takeOver'> {
  return {
    leave: () => (call.leaves === true ? leavingDirectory(directory) : null),
    takeOver: (ref) => frame.handover.take(ref, directory),
  };
}

function runChild({ frame, pulse }: Pick<Holder, 'frame' | 'pulse'>, spec: ChildSpec): Promise<ChildExit> {
  if (spec.deviceLock === undefined) return frame.sandbox.run(spec, pulse.signal);
  let started = (): void => {};
  pulse.waits(
    new Promise<void>((resolve) => {
      started = resolve;
    }),
  );
  return frame.sandbox.run({ ...spec, onStarted: started }, pulse.signal).finally(started);
}

function keeping(pulse: Pulse, version: number, pin: string | null): Pick<StepContext, 'kept' | 'keep'> {
  return {
    kept: keptFor(keptBefore(), pin, version),
    keep: (state) => pulse.keep({ pin, version, state }),
  };
}
