/**
 * The story of a text analysis:
 *
 *     digest
 *     measure   {params}            decode, count and judge in a child; says nothing of the resource's name or id
 *     result    {measure, params}   joins, alerts, envelope; its document is the result
 */
import { defineAnalysis, type StepDefinition } from '../define.ts';
import { digestStep } from '../digest-step.ts';

const MINUTE_MS = 60_000;

const step = (
  name: string,
  summary: string,
  readsInput: boolean,
  timeoutMs: number,
  version = 1,
): StepDefinition => ({
  name: `text.${name}`,
  queue: 'cpu',
  version,
  timeoutMs,
  // Between the passes over the bytes, the sample is read without a word for a while.
  stallMs: 3 * MINUTE_MS,
  summary,
  readsInput,
  remembered: true,
});

export const text = defineAnalysis({
  kind: 'text',
  policy: 'allow-rerun',
  version: 1,
  title: 'Text',
  resultStep: 'text.result',
  resultSchema: 'analysis.text/1',
  longRunningMs: 60 * MINUTE_MS,
  steps: [
    digestStep('text'),
    step('measure', 'encoding, counts, languages, readability, entities', true, 120 * MINUTE_MS, 3),
    step('result', 'judge what was measured and write the result', false, 5 * MINUTE_MS, 2),
  ],
});
