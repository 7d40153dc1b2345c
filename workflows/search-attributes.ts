import { defineSearchAttributeKey } from '@temporalio/common';

/** By these an operator finds analyses in the Temporal UI. They carry ids and words only, never content. */
export const searchAttributes = {
  kind: defineSearchAttributeKey('AnalysisKind', 'KEYWORD'),
  resourceId: defineSearchAttributeKey('ResourceId', 'KEYWORD'),
  policy: defineSearchAttributeKey('AnalysisPolicy', 'KEYWORD'),
  step: defineSearchAttributeKey('AnalysisStep', 'KEYWORD'),
  trigger: defineSearchAttributeKey('Trigger', 'KEYWORD'),
  owner: defineSearchAttributeKey('Owner', 'KEYWORD'),
  generation: defineSearchAttributeKey('Generation', 'INT'),
} as const;
