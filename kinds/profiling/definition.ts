/**
 * The story of a profile: the digest, then everything else in one step, because all of it reads one loaded table:
 *
 *     digest
 *     table   {params}   detect, normalise, load, measure, judge; its document is the result
 */
import { defineAnalysis } from '../define.ts';
import { digestStep } from '../digest-step.ts';

const MINUTE_MS = 60_000;

export const profiling = defineAnalysis({
  kind: 'profiling',
  policy: 'allow-rerun',
  version: 1,
  title: 'Table profile',
  resultStep: 'profiling.table',
  resultSchema: 'analysis.profiling/1',
  longRunningMs: 120 * MINUTE_MS,
  steps: [
    digestStep('profiling'),
    {
      name: 'profiling.table',
      queue: 'cpu',
      version: 1,
      timeoutMs: 120 * MINUTE_MS,
      // One query over a table that spills may be silent for a while.
      stallMs: 180_000,
      summary: 'types, statistics, pairs and alerts of the whole table',
      readsInput: true,
      remembered: true,
    },
  ],
});
