import type { KindModule } from 'onceflow/kinds';
import { scanParams, type ScanResult, scanResult } from '../schemas.ts';
import { definition } from './definition.ts';
import { list, result, stock } from './steps.ts';

export const marketScan: KindModule = {
  definition,
  implementations: { 'market-scan.list': list, 'market-scan.stock': stock, 'market-scan.result': result },
  workflowsPath: new URL('workflow.ts', import.meta.url).href,
  params: scanParams,
  result: scanResult,
  report: ({ market }: ScanResult) =>
    market.stocks
      .map((stock) => {
        const change = `${stock.return_total_pct.toFixed(1)} %`.padStart(9);
        return `${stock.symbol.padEnd(8)}${change}  volatility ${stock.volatility_year_pct.toFixed(1)} %  ${stock.trend ?? ''}`;
      })
      .join('\n'),
};
