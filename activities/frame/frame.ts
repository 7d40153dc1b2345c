import type { StepContext } from '../step-context.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { InputBounds } from '../../media/input.ts';
import type { Sandbox } from '../../media/sandbox.ts';
import type { Engine } from '../engine.ts';
import type { Calculator } from './calculator.ts';
import type { Handover } from './handover.ts';
import type { Inference } from '../inference/infer.ts';

/** What every attempt of this worker works with. */
export interface Frame {
  readonly ledger: Pick<
    Ledger,
    | 'begin'
    | 'renew'
    | 'reportProgress'
    | 'remember'
    | 'finish'
    | 'failAttempt'
    | 'endAttempt'
    | 'attemptOutput'
    | 'similarImages'
  >;
  readonly engine: Engine;
  readonly sandbox: Pick<Sandbox, 'run'>;
  readonly inference: Inference;
  readonly handover: Handover;
  readonly calculator: Calculator;
  /** Absolute; `attempts/` and `artefacts/` stand below it. */
  readonly dataDirectory: string;
  /** Steps are answered with work for all resources of the owner, or for the same resource alone. */
  readonly memoryScope: 'owner' | 'resource';
  readonly inputs: InputBounds;
  readonly tools: StepContext['tools'];
  /** Of gpu workers only. */
  readonly device: StepContext['device'];
  /** Names this process in the ledger's record of attempts. */
  readonly workerId: string;
}
