import { after, test } from 'node:test';
import { conformance } from 'onceflow/conformance';

const prices = (symbol: string) => new URL(`../markets/synthetic/${symbol}.csv`, import.meta.url).pathname;

const suite = conformance({
  modules: [new URL('../index.ts', import.meta.url).pathname],
  samples: [
    {
      kind: 'market-scan',
      good: { params: { symbols: ['OAK', 'PINE', 'TORN'] } },
      bad: { params: { market: 'nowhere' }, code: 'MARKET_UNKNOWN' },
    },
    {
      kind: 'stock-analysis',
      good: { file: prices('OAK') },
      bad: { file: prices('TORN'), code: 'NOT_PRICES' },
    },
  ],
  cancelWithinMs: 8_000,
});
after(() => suite.stop());

for (const { title, run } of suite.cases) test(title, { timeout: suite.timeoutMs }, run);
