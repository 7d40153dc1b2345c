import type { AnalysisDefinition } from '../../kinds/define.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { LifecycleActivities, StepQueues } from '../contract.ts';
import type { Engine } from '../engine.ts';
import { claim } from './claim.ts';
import { closeCancelled, fail } from './close.ts';
import { commit } from './commit.ts';

export interface LifecycleDeps {
  readonly ledger: Pick<Ledger, 'claim' | 'commit' | 'failRun' | 'closeCancelled'>;
  readonly engine: Engine;
  readonly definitions: readonly AnalysisDefinition[];
  readonly definitionOf: (kind: string) => AnalysisDefinition;
  /** Of the steps of a kind; empty where all are done on the queue that they declare. */
  readonly queuesOf: (kind: string) => StepQueues;
}

/** The control worker's part of every run. Each asks the ledger and hands on what it says. */
export function createLifecycleActivities(deps: LifecycleDeps): LifecycleActivities {
  return {
    claim: (call) => claim(deps, call),
    commit: (call) => commit(deps, call),
    fail: (failure) => fail(deps, failure),
    closeCancelled: (why) => closeCancelled(deps, why),
  };
}
