/**
 * The story of a large file. Its digest is measured in a chain of chunks, so that a killed worker loses seconds and not
 * hours; see docs/decisions/0004-follow-on-analyses.md for how that takes the place of the digest step.
 *
 *     plan      {params}                        -> Plan: how the file is cut
 *     chunk     {plan, chunk, previous}  once for each chunk, one after the other   -> ChunkValue
 *     inspect   {}                       type by content, archive listing           -> InspectValue
 *     result    {plan, chunks, inspect}  the join; its document is the result
 */
import { defineAnalysis, type StepDefinition } from '../define.ts';

const MINUTE_MS = 60_000;

const step = (name: string, summary: string, more: Partial<StepDefinition> = {}): StepDefinition => ({
  name: `large-file.${name}`,
  queue: 'io',
  version: 1,
  timeoutMs: 30 * MINUTE_MS,
  stallMs: 60_000,
  summary,
  readsInput: true,
  remembered: true,
  ...more,
});

export const largeFile = defineAnalysis({
  kind: 'large-file',
  policy: 'no-repeat',
  version: 1,
  title: 'Large file',
  resultStep: 'large-file.result',
  resultSchema: 'analysis.large-file/1',
  longRunningMs: 12 * 60 * MINUTE_MS,
  steps: [
    step('plan', 'cuts the file into chunks', { timeoutMs: MINUTE_MS, remembered: false }),
    // Never remembered: they are what says whether the bytes are those of before.
    step('chunk', 'digests, entropy and census of one chunk', {
      timeoutMs: 240 * MINUTE_MS,
      remembered: false,
    }),
    step('inspect', 'type by content, and what an archive holds', { version: 2 }),
    step('result', 'joins the chunks', { readsInput: false, version: 2 }),
  ],
});
