import {
  analyse,
  inFlight,
  markOutput,
  orFailure,
  type Outcome,
  type Run,
  type RunInput,
} from 'onceflow/workflow';
import type { ScanParams } from '../schemas.ts';
import { definition } from './definition.ts';
import type { Listed, ListInput, ListValue, ResultInput, StockInput } from './flow.ts';

const STOCKS_IN_FLIGHT = 8;

export function marketScan(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as unknown as ScanParams;
    run.phase('list', 'looks which stocks there are');
    const listed = await listStocks(run, params);
    const outcomes = await analyseStocks(run, params, listed);

    run.phase('result', 'joins the stocks');
    const stocks = outcomes.flatMap(({ answer }) => (answer ? [markOutput(answer)] : []));
    const failed = outcomes.flatMap(({ failure }, index) => {
      const symbol = listed[index]?.symbol ?? '';
      return failure ? [{ symbol, code: failure.code, message: failure.message }] : [];
    });
    return run.step<unknown, ResultInput>('market-scan.result', { params, stocks, failed });
  });
}

async function listStocks(run: Run, { market, symbols }: ScanParams): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (let page = 0, more = true; more; page += 1) {
    const input = { market, symbols: symbols ?? null, page };
    const { value } = await run.step<ListValue, ListInput>('market-scan.list', input, `page-${page}`);
    listed.push(...value.stocks);
    more = value.more;
  }
  return listed;
}

/** One that fails is a part of the result, not the end of it. */
function analyseStocks(run: Run, { market, recentDays }: ScanParams, listed: readonly Listed[]) {
  let ended = 0;
  const show = () => run.phase('stock', `${ended} of ${listed.length} stocks`);
  show();
  return inFlight(STOCKS_IN_FLIGHT, listed, async (stock) => {
    const input = { ...stock, market, recentDays };
    const instance = stock.symbol.replaceAll('.', '-');
    const outcome = await orFailure(run.step<null, StockInput>('market-scan.stock', input, instance));
    ended += 1;
    show();
    return outcome;
  });
}
