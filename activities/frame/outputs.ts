import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AttemptOutput } from '../../ledger/ledger.ts';
import type { OutputRef, StepOutput } from '../step-context.ts';
import { fromLedger } from './ledger-calls.ts';
import type { Frame } from './frame.ts';
import { artefactStore } from './artefacts.ts';
import { canonicalJson } from './memory-key.ts';

/** What finished steps left. Read anew each time: the outputs of a long film together do not fit into memory. */
export interface Outputs {
  output(ref: OutputRef): Promise<StepOutput>;
  identity(ref: OutputRef): Promise<Identity>;
}

/** What tells outputs apart, for step memory. */
export interface Identity {
  /** Of all that was found out. */
  readonly digest: string;
  /** How it came about, as results tell it: version of the step, and the run whose output it was. */
  readonly provenance: unknown;
}

export function openOutputs(frame: Frame): Outputs {
  return {
    output: async (ref) => shown(frame, await load(frame, ref)),
    async identity(ref) {
      const { value, document, artefacts, stepVersion, rememberedFrom } = await load(frame, ref);
      const files = artefacts.map(({ name, sha256 }) => ({ name, sha256 }));
      const digest = createHash('sha256').update(canonicalJson({ value, document, files })).digest('hex');
      return { digest, provenance: { version: stepVersion, rememberedFrom } };
    },
  };
}

async function load(frame: Frame, ref: OutputRef): Promise<AttemptOutput> {
  const output = await fromLedger(frame.ledger.attemptOutput(ref));
  if (!output) throw new RangeError(`no finished attempt has the fence ${ref}`);
  return output;
}

function shown(frame: Frame, output: AttemptOutput): StepOutput {
  return {
    document: output.document,
    artefacts: output.artefacts.map(({ path, ...artefact }) => ({
      ...artefact,
      path: join(artefactStore(frame), path),
    })),
    step: output.step,
    instance: output.instance,
    startedAt: output.startedAt.toISOString(),
    ms: output.endedAt.getTime() - output.startedAt.getTime(),
    attempts: output.attempts,
    remembered: output.remembered,
    rememberedFrom: output.rememberedFrom,
    ...(output.stepVersion === null ? {} : { version: output.stepVersion }),
  };
}
