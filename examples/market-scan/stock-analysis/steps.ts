import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { resourceSection, type StepImplementation, stepRecords } from 'onceflow/activities';
import { type Indicators, indicatorsOf } from '../indicators.ts';
import { parsePrices } from '../prices.ts';
import { type StockParams, stockResult } from '../schemas.ts';
import { definition } from './definition.ts';

export const measure: StepImplementation<{ params: StockParams }, { days: number }> = async (
  context,
  { params },
) => {
  const days = parsePrices(await readFile(context.input.path), 'this stock');
  context.progress({ done: days.length, total: days.length, unit: 'days' });
  return { value: { days: days.length }, document: indicatorsOf(days, params.recentDays) };
};

export const result: StepImplementation<{ measured: number }, { headline: string }> = async (
  context,
  { measured },
) => {
  const output = await context.output(measured);
  const stock = output.document as Indicators;
  const { input } = context;
  const name = input.name.slice(0, -extname(input.name).length || undefined);
  const headline = `${name}: ${stock.last_close} on ${stock.to}, ${stock.return_total_pct} % over ${stock.days} days`;
  const document = stockResult.parse({
    schema: definition.resultSchema,
    resource: resourceSection(input, {
      mime: 'text/csv',
      container: 'csv',
      by: 'header',
      extensions: ['csv'],
    }),
    status: 'complete',
    steps: stepRecords(definition, [output], () => ({ tool: 'indicators' })),
    summary: { headline, facts: [`trend ${stock.trend ?? 'unknown'}`] },
    alerts: [],
    stock,
  });
  return { value: { headline }, document };
};
