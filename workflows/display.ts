import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { AnalysisDefinition } from '../kinds/define.ts';
import type { Trigger } from '../policy/states.ts';
import type { ClaimAnswer } from '../activities/contract.ts';
import { searchAttributes } from './search-attributes.ts';

export type Claimed = Extract<ClaimAnswer, { verdict: 'go' }>;

/** What operators see of a run in the Temporal UI. */
export interface Display {
  phase(step: string, details: string): void;
  /** A reset changes the generation in the middle of a history; only an activity's answer tells. */
  generation(generation: number, trigger: Trigger): void;
}

export function openDisplay(definition: AnalysisDefinition, claimed: Claimed): Display {
  let shownPhase = '';
  let shownGeneration = claimed.generation;
  showRun(definition, claimed);
  return {
    phase(step, details) {
      setCurrentDetails(`**${step}**: ${details}`);
      // Each upsert is an event of the history: kinds of one or two steps do without.
      if (step === shownPhase || definition.steps.length <= 2) return;
      shownPhase = step;
      upsertSearchAttributes([{ key: searchAttributes.step, value: step }]);
    },
    generation(generation, trigger) {
      if (generation === shownGeneration) return;
      shownGeneration = generation;
      upsertSearchAttributes([
        { key: searchAttributes.generation, value: generation },
        { key: searchAttributes.trigger, value: trigger },
      ]);
    },
  };
}

/** A run that the client dispatched brought its attributes; one that was started by hand, or reset, did not. */
function showRun(definition: AnalysisDefinition, claimed: Claimed): void {
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
