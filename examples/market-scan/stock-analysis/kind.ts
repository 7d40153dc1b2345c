import type { KindModule } from 'onceflow/kinds';
import { stockParams, type StockResult, stockResult } from '../schemas.ts';
import { definition } from './definition.ts';
import { measure, result } from './steps.ts';

export const stockAnalysis: KindModule = {
  definition,
  // stock-analysis.digest is the shared one.
  implementations: { 'stock-analysis.measure': measure, 'stock-analysis.result': result },
  workflowsPath: new URL('workflow.ts', import.meta.url).href,
  params: stockParams,
  result: stockResult,
  report: ({ stock }: StockResult) =>
    `volatility ${stock.volatility_year_pct} % a year, largest drawdown ${stock.drawdown_max_pct} %, RSI ${stock.rsi_14_days ?? '–'}`,
};
