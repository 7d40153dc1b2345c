/**
 * One stock, by the file of its prices:
 *
 *     digest
 *     measure   {recentDays}   reads the prices, computes the indicators
 *     result    {measured}     the document; only here the resource is named
 */
import { defineAnalysis, digestStep } from 'onceflow/kinds';

const MINUTE_MS = 60_000;
const limits = { version: 1, timeoutMs: MINUTE_MS, stallMs: 20_000, remembered: true } as const;

export const definition = defineAnalysis({
  kind: 'stock-analysis',
  policy: 'allow-rerun',
  version: 1,
  title: 'Stock',
  resultStep: 'stock-analysis.result',
  resultSchema: 'analysis.stock-analysis/1',
  longRunningMs: 5 * MINUTE_MS,
  steps: [
    digestStep('stock-analysis'),
    {
      name: 'stock-analysis.measure',
      queue: 'cpu',
      summary: 'indicators of the prices',
      readsInput: true,
      ...limits,
    },
    {
      name: 'stock-analysis.result',
      queue: 'cpu',
      summary: 'writes the result',
      readsInput: false,
      ...limits,
    },
  ],
});
