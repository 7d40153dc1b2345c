import { randomUUID } from 'node:crypto';
import { type AnalysisDefinition, stepOf } from '../../kinds/define.ts';
import type { Json, Ledger, TemporalRun } from '../../ledger/ledger.ts';
import { workflowIdOf } from '../../policy/ids.ts';

/**
 * Plays the worker with the ledger's own operations, so that a test brings an analysis into any state without Temporal.
 */
export interface Driven {
  readonly run: TemporalRun;
  readonly generation: number;
  readonly incarnation: number;
  readonly runId: string;
}

export interface Driver {
  claim(resourceId: string, generation: number): Promise<Driven>;
  complete(driven: Driven, document?: Json, pin?: string): Promise<void>;
  /** The same up to its commit, which the answer does. */
  readyToCommit(driven: Driven, document?: Json, pin?: string): Promise<() => Promise<void>>;
  /** What the first activity after a reset does: the new Temporal run becomes the next generation. */
  adopt(driven: Driven): Promise<Driven>;
  fail(driven: Driven): Promise<void>;
  cancel(driven: Driven): Promise<void>;
}

const by = { actor: 'test', owner: 'default', role: 'admin' } as const;

export function createDriver(ledger: Ledger, definition: AnalysisDefinition): Driver {
  const { kind, policy, version: analyserVersion, resultStep, resultSchema } = definition;
  const analysis = (driven: Driven) => {
    const { resourceId } = keyOf(driven);
    return { kind, resourceId, policy, analyserVersion, incarnation: driven.incarnation, run: driven.run };
  };
  const keyOf = (driven: Driven) => ({ kind, resourceId: driven.run.workflowId.slice(kind.length + 1) });
  const readyToCommit: Driver['readyToCommit'] = async (
    driven,
    document = { made: driven.generation },
    pin,
  ) => {
    const begun = await ledger.begin({
      ...analysis(driven),
      step: resultStep,
      instance: 'one',
      queue: 'cpu',
      worker: 'test',
      temporalAttempt: 1,
    });
    if (begun.verdict !== 'go') throw new Error(`begin was answered ${JSON.stringify(begun)}`);
    const output = {
      value: null,
      document,
      artefacts: [],
      pin: pin ?? null,
      memoryKey: null,
      rememberedFrom: null,
      computedWith: { version: stepOf(definition, resultStep).version, models: [] },
    };
    await ledger.finish({ fence: begun.fence, temporalRunId: driven.run.temporalRunId, ...output });
    const fences = { resultFence: begun.fence, fences: [begun.fence] };
    return async () => {
      const committed = await ledger.commit({ ...analysis(driven), resultSchema, ...fences });
      if (committed.verdict !== 'committed')
        throw new Error(`commit was answered ${JSON.stringify(committed)}`);
    };
  };
  return {
    async claim(resourceId, generation) {
      const run = {
        workflowId: workflowIdOf({ kind, resourceId }),
        temporalRunId: randomUUID(),
        fromReset: false,
      };
      const claimed = await ledger.claim({ kind, resourceId, policy, analyserVersion, run, generation });
      if (claimed.verdict !== 'go') throw new Error(`the claim was answered ${JSON.stringify(claimed)}`);
      return { run, ...claimed };
    },
    complete: async (...result) => (await readyToCommit(...result))(),
    readyToCommit,
    async adopt(driven) {
      const run = { ...driven.run, temporalRunId: randomUUID(), fromReset: true };
      const asked = { ...analysis(driven), run };
      const first = await ledger.claim(asked);
      if (first.verdict !== 'describe') throw new Error(`the claim was answered ${JSON.stringify(first)}`);
      const described = { registeredBefore: first.registeredBefore, openAndCurrent: true };
      const claimed = await ledger.claim({ ...asked, described });
      if (claimed.verdict !== 'go') throw new Error(`the claim was answered ${JSON.stringify(claimed)}`);
      return { run, ...claimed };
    },
    async fail(driven) {
      await ledger.failRun(driven.run, { code: 'BROKEN', message: 'it broke', hint: 'mend it' });
    },
    async cancel(driven) {
      await ledger.requestCancel(keyOf(driven), by, null);
      await ledger.closeCancelled(driven.run, 'cancelled');
    },
  };
}
