import { type AnalysisHistory, analysesOf } from './analyses.ts';
import type { HistoryLine } from './history.ts';
import { admissibleAnswers } from './rules/admissible-answers.ts';
import { adoptedInOrder } from './rules/adopted-in-order.ts';
import { fencedWrites } from './rules/fenced-writes.ts';
import { finishedOnce } from './rules/finished-once.ts';
import { followUpsKept } from './rules/follow-ups-kept.ts';
import { freshReads } from './rules/fresh-reads.ts';
import { oneCause } from './rules/one-cause.ts';
import { oneFinalState } from './rules/one-final-state.ts';
import { oneResult } from './rules/one-result.ts';

/** Says what is wrong with one analysis, a sentence each. */
export type Rule = (analysis: AnalysisHistory) => readonly string[];

/** docs/history-checker.md explains each, under this name. */
export const rules = {
  'one final state': oneFinalState,
  'one cause for each generation': oneCause,
  'one result for each generation': oneResult,
  'finished no-repeat analyses are not computed again': finishedOnce,
  'fences only grow, and older ones write nothing': fencedWrites,
  'runs are adopted in order': adoptedInOrder,
  'no read is older than what is known': freshReads,
  'answers follow the admission table': admissibleAnswers,
  'follow-ups outlive their callers': followUpsKept,
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;

export interface Violation {
  readonly rule: RuleName;
  readonly analysis: string;
  readonly message: string;
}

/** Of a history that is over: nothing is open any more that was asked for. */
export function check(history: readonly HistoryLine[]): readonly Violation[] {
  return analysesOf(history).flatMap((analysis) =>
    Object.entries(rules).flatMap(([rule, look]) =>
      look(analysis).map((message) => ({
        rule: rule as RuleName,
        analysis: `${analysis.kind}:${analysis.resourceId}`,
        message,
      })),
    ),
  );
}
