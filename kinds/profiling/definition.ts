/**
 * The story of a profile: the digest, then all measuring in one step, because all of it reads one loaded table:
 *
 *     digest
 *     table    {params}   detect, normalise, load, measure; knows nothing of whose table it is
 *     result   {table}    judges the profile and joins it with the resource; its document is the result
 *
 * `table` is the fence of that step's answer.
 */
import { defineAnalysis } from '../define.ts';
import { digestStep } from '../digest-step.ts';

const MINUTE_MS = 60_000;

export const profiling = defineAnalysis({
  kind: 'profiling',
  policy: 'allow-rerun',
  version: 1,
  title: 'Table profile',
  resultStep: 'profiling.result',
  resultSchema: 'analysis.profiling/1',
  longRunningMs: 120 * MINUTE_MS,
  steps: [
    digestStep('profiling'),
    {
      name: 'profiling.table',
      queue: 'cpu',
      version: 4,
      timeoutMs: 120 * MINUTE_MS,
      // One query over a table that spills may be silent for a while.
      stallMs: 180_000,
      summary: 'types, statistics and pairs of the whole table',
      readsInput: true,
      remembered: true,
    },
    {
      name: 'profiling.result',
      queue: 'cpu',
      version: 2,
      timeoutMs: 10 * MINUTE_MS,
      stallMs: 60_000,
      summary: 'judges the profile and writes the result',
      readsInput: false,
      remembered: true,
    },
  ],
});
