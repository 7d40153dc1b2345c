/**
 * The story of an upload:
 *
 *     digest    all checksums in one pass
 *     inspect   {extension}              -> type by content, archive listing, macros
 *     result    {digest, inspect, params}   verdict, and which analyses apply; `starts` in its value are begun with
 *                                           the commit of the result
 */
import { defineAnalysis } from '../define.ts';
import { digestStep } from '../digest-step.ts';

const MINUTE_MS = 60_000;

export const upload = defineAnalysis({
  kind: 'upload',
  policy: 'allow-rerun',
  version: 1,
  title: 'Upload',
  resultStep: 'upload.result',
  resultSchema: 'analysis.upload/1',
  longRunningMs: 120 * MINUTE_MS,
  steps: [
    { ...digestStep('upload'), summary: 'checksums of the file' },
    {
      name: 'upload.inspect',
      queue: 'io',
      version: 2,
      timeoutMs: 20 * MINUTE_MS,
      stallMs: 60_000,
      summary: 'type by content, and what an archive holds',
      readsInput: true,
      remembered: true,
    },
    {
      name: 'upload.result',
      queue: 'io',
      version: 2,
      timeoutMs: MINUTE_MS,
      stallMs: 30_000,
      summary: 'accept or quarantine, and which analyses apply',
      readsInput: false,
      remembered: true,
    },
  ],
});
