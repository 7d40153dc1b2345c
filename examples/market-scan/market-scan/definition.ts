/**
 * A market: many stocks, side by side. It has no bytes of its own; its input are its params.
 *
 *     list     {market, symbols, page}   once a page: which stocks there are, and the sha256 of their prices
 *     stock    {symbol, sha256, ...}     once a stock, at most eight under way; one that fails is left out
 *     result   {stocks, failed, params}  the join
 *
 * `list` looks at a folder each time, so it is never remembered. What it saw of a file is the input of `stock`, so that
 * one is: a second scan computes those stocks alone whose prices have changed.
 */
import { defineAnalysis, type StepDefinition } from 'onceflow/kinds';

const MINUTE_MS = 60_000;

const step = (name: string, queue: StepDefinition['queue'], summary: string): StepDefinition => ({
  name: `market-scan.${name}`,
  queue,
  version: 1,
  timeoutMs: 5 * MINUTE_MS,
  stallMs: 20_000,
  summary,
  readsInput: false,
  remembered: true,
});

export const definition = defineAnalysis({
  kind: 'market-scan',
  policy: 'no-repeat',
  version: 1,
  title: 'Market',
  resultStep: 'market-scan.result',
  resultSchema: 'analysis.market-scan/1',
  longRunningMs: 60 * MINUTE_MS,
  steps: [
    { ...step('list', 'io', 'which stocks there are'), remembered: false },
    step('stock', 'cpu', 'indicators of one stock'),
    step('result', 'cpu', 'joins the stocks'),
  ],
});
