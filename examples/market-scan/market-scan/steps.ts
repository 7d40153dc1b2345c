import { StepFailure, type StepImplementation, type StepOutput, stepRecords } from 'onceflow/activities';
import { type Indicators, indicatorsOf } from '../indicators.ts';
import { parsePrices } from '../prices.ts';
import { type Alert, scanResult } from '../schemas.ts';
import { definition } from './definition.ts';
import type { Failed, Listed, ListInput, ListValue, ResultInput, StockInput } from './flow.ts';
import { readPrices, shortHash, symbolsOf } from './market.ts';

const PAGE_STOCKS = 30;

export const list: StepImplementation<ListInput, ListValue> = async (context, { market, symbols, page }) => {
  const present = await symbolsOf(market);
  const wanted = symbols === null ? present : [...new Set(symbols)].sort();
  const ofPage = wanted.slice(page * PAGE_STOCKS, (page + 1) * PAGE_STOCKS);
  const stocks: Listed[] = [];
  for (const symbol of ofPage) {
    context.signal.throwIfAborted();
    const bytes = await readPrices(market, symbol);
    stocks.push({ symbol, sha256: bytes && shortHash(bytes) });
    context.progress({ done: stocks.length, total: ofPage.length, unit: 'stocks' });
  }
  return { value: { stocks, more: wanted.length > (page + 1) * PAGE_STOCKS } };
};

export const stock: StepImplementation<StockInput, null> = async (context, input) => {
  const { market, symbol, sha256, recentDays } = input;
  const bytes = await readPrices(market, symbol);
  if (bytes === null) throw pricesMissing(symbol, market);
  // What is remembered under this hash must be of these bytes.
  if (shortHash(bytes) !== sha256) throw pricesChanged(symbol);
  const days = parsePrices(bytes, symbol);
  context.progress({ done: days.length, total: days.length, unit: 'days' });
  return { value: null, document: { symbol, ...indicatorsOf(days, recentDays) } };
};

type Stock = Indicators & { readonly symbol: string };

export const result: StepImplementation<ResultInput, { headline: string }> = async (context, input) => {
  const { params, failed } = input;
  if (input.stocks.length === 0) throw nothingAnalysed(params.market, failed);
  const outputs: StepOutput[] = [];
  for (const fence of input.stocks) outputs.push(await context.output(fence));
  const stocks = outputs.map((output) => output.document as Stock);
  const rising = stocks.filter(({ trend }) => trend === 'up').length;
  const headline = `${params.market}: ${stocks.length} stocks, ${rising} rising, ${failed.length} failed`;
  const document = scanResult.parse({
    schema: definition.resultSchema,
    resource: { id: context.resourceId },
    status: failed.length === 0 ? 'complete' : 'partial',
    steps: stepRecords(definition, outputs, () => ({ tool: 'indicators' })),
    summary: { headline, facts: [best(stocks), calmest(stocks)] },
    alerts: failed.map(alertOf),
    market: {
      name: params.market,
      recent_days: params.recentDays,
      analysed: stocks.length,
      failed,
      stocks,
    },
  });
  return { value: { headline }, document };
};

function best(stocks: readonly Stock[]): string {
  const [first] = [...stocks].sort((a, b) => b.return_total_pct - a.return_total_pct);
  return `best: ${first?.symbol}, ${first?.return_total_pct} %`;
}

function calmest(stocks: readonly Stock[]): string {
  const [first] = [...stocks].sort((a, b) => a.volatility_year_pct - b.volatility_year_pct);
  return `calmest: ${first?.symbol}, ${first?.volatility_year_pct} % a year`;
}

function alertOf({ symbol, code, message }: Failed): Alert {
  return { code, severity: 'warning', message, where: symbol, value: null, threshold: null };
}

function pricesMissing(symbol: string, market: string): StepFailure {
  return new StepFailure({
    code: 'PRICES_MISSING',
    message: `The market ${market} has no prices of ${symbol}.`,
    hint: 'Add its file, or leave the symbol out.',
    retry: 'never',
  });
}

function pricesChanged(symbol: string): StepFailure {
  return new StepFailure({
    code: 'PRICES_CHANGED',
    message: `The prices of ${symbol} changed while the market was scanned.`,
    hint: 'Scan again when nobody writes to the files any more.',
    retry: 'never',
  });
}

function nothingAnalysed(market: string, failed: readonly Failed[]): StepFailure {
  return new StepFailure({
    code: 'NO_STOCK_ANALYSED',
    message: `None of the ${failed.length} stocks of ${market} could be analysed; the first: ${failed[0]?.message ?? ''}`,
    hint: 'Mend the price files, then scan again.',
    retry: 'never',
  });
}
