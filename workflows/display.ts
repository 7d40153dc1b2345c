import { setCurrentDetails, upsertMemo, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ClaimAnswer, Failure } from '../activities/contract.ts';
import type { AnalysisDefinition } from '../kinds/define.ts';
import { parseWorkflowId } from '../policy/ids.ts';
import type { Trigger } from '../policy/states.ts';
import { searchAttributes } from './search-attributes.ts';

export type Claimed = Extract<ClaimAnswer, { verdict: 'go' }>;

/** What operators see of a run in the Temporal UI. Texts are Markdown, and no events of the history. */
export interface Display {
  phase(step: string, details: string): void;
  /** A reset changes the generation in the middle of a history; only an activity's answer tells. */
  generation(generation: number, trigger: Trigger): void;
  /** Notes the workflow task that asks for an activity: where a reset has to go to do it again. */
  asks(activity: string): void;
  completed(generation: number, headline: string): void;
}

export function openDisplay(definition: AnalysisDefinition, claimed: Claimed): Display {
  let shownPhase = '';
  let shown: { readonly generation: number; readonly trigger: Trigger } = claimed;
  let now = '';
  const askedAt = new Map<string, number>();
  const tell = () => {
    const what = `${workflowInfo().workflowId}, generation ${shown.generation} (${shown.trigger})`;
    setCurrentDetails([what, now].join('\n\n'));
  };
  showRun(definition, claimed);
  tell();
  return {
    phase(step, details) {
      now = `**${step}**: ${details}`;
      tell();
      // Each upsert is an event of the history: kinds of one or two steps do without.
      if (step === shownPhase || definition.steps.length <= 2) return;
      shownPhase = step;
      upsertSearchAttributes([{ key: searchAttributes.step, value: step }]);
    },
    generation(generation, trigger) {
      if (generation === shown.generation) return;
      shown = { generation, trigger };
      tell();
      upsertSearchAttributes([
        { key: searchAttributes.generation, value: generation },
        { key: searchAttributes.trigger, value: trigger },
      ]);
      // The run id in it was the one of the run that has been reset.
      upsertMemo({ generation, runId: null });
    },
    asks(activity) {
      // The history ends with the start of the task; its completion is the next event, and what it asks for follows.
      if (!askedAt.has(activity)) askedAt.set(activity, workflowInfo().historyLength + 1);
    },
    completed: (generation, headline) => showCompleted(generation, headline, resetPoints(askedAt)),
  };
}

function resetPoints(askedAt: ReadonlyMap<string, number>): string {
  const points = [...askedAt].map(([activity, event]) => `- ${event}: ${activity}`);
  return ['Events to reset to, and what is then done again first:', '', ...points].join('\n');
}

export function showCompleted(generation: number, headline = '', more = ''): void {
  const { workflowId } = workflowInfo();
  const lines = [
    `**completed**: generation ${generation}`,
    headline,
    `\`onceflow result ${workflowId}\``,
    more,
  ];
  setCurrentDetails(lines.filter((line) => line !== '').join('\n\n'));
}

export function showFailed({ code, message, hint }: Failure): void {
  setCurrentDetails([`**failed**: \`${code}\``, message, hint].join('\n\n'));
}

export function showCancelled(why: string): void {
  setCurrentDetails(`**cancelled**: ${why}`);
}

/** A run that the client dispatched brought its attributes; one that was started by hand, or reset, did not. */
function showRun(definition: AnalysisDefinition, claimed: Claimed): void {
  const { runId, generation, trigger, owner } = claimed;
  if (workflowInfo().typedSearchAttributes.get(searchAttributes.generation) === generation) return;
  upsertSearchAttributes([
    ...identity(definition),
    { key: searchAttributes.owner, value: owner },
    { key: searchAttributes.generation, value: generation },
    { key: searchAttributes.trigger, value: trigger },
  ]);
  upsertMemo({ generation, runId });
}

/** So that a start by hand is found also when it was answered at once, or refused. */
export function showIdentity(definition: AnalysisDefinition): void {
  if (workflowInfo().typedSearchAttributes.get(searchAttributes.kind) !== undefined) return;
  upsertSearchAttributes(identity(definition));
}

function identity(definition: AnalysisDefinition) {
  const resourceId = parseWorkflowId(workflowInfo().workflowId)?.resourceId;
  return [
    { key: searchAttributes.kind, value: definition.kind },
    { key: searchAttributes.policy, value: definition.policy },
    ...(resourceId === undefined ? [] : [{ key: searchAttributes.resourceId, value: resourceId }]),
  ];
}
