import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, type Onceflow, type StepView } from 'onceflow/client';
import { type Embedded, removeStackData, up } from 'onceflow/embedded';
import { indicatorsOf } from '../indicators.ts';
import { parsePrices } from '../prices.ts';
import type { ScanResult, StockResult } from '../schemas.ts';

const kinds = [new URL('../index.ts', import.meta.url).pathname];
const home = mkdtempSync(join(tmpdir(), 'market-scan-'));
const markets = join(home, 'markets');
let stack: Embedded;
let onceflow: Onceflow;

before(async () => {
  cpSync(new URL('../markets/', import.meta.url), markets, { recursive: true });
  // The workers are children of this process.
  process.env['MARKETS'] = markets;
  const dataDirectory = join(home, 'data');
  stack = await up({ dataDirectory, roots: [markets], kinds, ui: 'off' });
  onceflow = await connect({ dataDirectory, kinds, role: 'operator' });
});
after(async () => {
  await onceflow?.close();
  await stack?.stop();
  if (stack) await removeStackData(stack.dataDirectory);
  rmSync(home, { recursive: true, force: true });
});

const marketOf = (result: { readonly document: unknown }) => (result.document as ScanResult).market;
const stocksOf = (steps: readonly StepView[]) => steps.filter(({ step }) => step === 'market-scan.stock');

test('three scans submitted at once are all three found by the next read', async () => {
  const wanted = { spring: ['OAK', 'PINE'], summer: ['FIR'], autumn: ['YEW', 'LIME', 'ASPEN'] };
  const answers = await onceflow.submitMany(
    Object.entries(wanted).map(([resourceId, symbols]) => ({
      kind: 'market-scan',
      resourceId,
      params: { symbols },
    })),
  );
  const found = await Promise.all(
    Object.keys(wanted).map((resourceId) => onceflow.get({ kind: 'market-scan', resourceId })),
  );
  assert.deepEqual(
    answers.map(({ outcome }) => outcome),
    ['started', 'started', 'started'],
  );
  for (const view of found) assert.ok(view && ['pending', 'running', 'completed'].includes(view.state));
  const { items } = await onceflow.list({ kind: 'market-scan' });
  assert.deepEqual(items.map(({ resourceId }) => resourceId).sort(), ['autumn', 'spring', 'summer']);
  for (const [resourceId, symbols] of Object.entries(wanted)) {
    const result = await onceflow.result({ kind: 'market-scan', resourceId });
    assert.deepEqual(
      marketOf(result)
        .stocks.map(({ symbol }) => symbol)
        .sort(),
      [...symbols].sort(),
    );
    assert.equal(result.status, 'complete');
  }
});

test('many stocks side by side; those that fail make the result partial, with reasons', async () => {
  const answer = await onceflow.submit('market-scan', 'all');
  const result = await onceflow.result(answer);
  const market = marketOf(result);
  assert.equal(result.status, 'partial');
  assert.deepEqual([market.analysed, market.failed.length], [18, 2]);
  assert.deepEqual(
    market.failed.map(({ symbol, code }) => [symbol, code]),
    [
      ['THIN', 'TOO_FEW_DAYS'],
      ['TORN', 'NOT_PRICES'],
    ],
  );
  for (const { symbol, ...said } of market.stocks) {
    const bytes = readFileSync(join(markets, 'synthetic', `${symbol}.csv`));
    assert.deepEqual(said, { ...indicatorsOf(parsePrices(bytes, symbol), 21) });
  }
  const steps = stocksOf(await onceflow.steps(answer));
  assert.equal(steps.length, 20);
  const most = Math.max(...steps.map((one) => steps.filter((other) => overlaps(one, other)).length));
  assert.ok(most <= 8, `${most} stocks at a time`);
});

/** Whether `other` was under way when `one` began. */
function overlaps(one: StepView, other: StepView): boolean {
  const end = other.endedAt ?? new Date(8.64e15);
  return other.startedAt <= one.startedAt && one.startedAt < end;
}

test('a scan that is there is answered with; a rerun computes those stocks alone whose prices have changed', async () => {
  const again = await onceflow.submit('market-scan', 'all');
  assert.equal(again.outcome, 'completed');
  appendFileSync(join(markets, 'synthetic', 'OAK.csv'), '2026-01-05,100,101,99,100.5,1000\n');
  const answer = await onceflow.rerun(
    { kind: 'market-scan', resourceId: 'all' },
    { reason: 'new prices of OAK' },
  );
  const result = await onceflow.result(answer);
  assert.equal(marketOf(result).stocks.find(({ symbol }) => symbol === 'OAK')?.last_close, 100.5);
  const computed = stocksOf(await onceflow.steps(answer)).filter(
    (step) => !step.remembered && step.state === 'finished',
  );
  assert.deepEqual(
    computed.map(({ instance }) => instance),
    ['OAK'],
  );
});

test('both kinds stand in one store: a stock, by its file, beside the market', async () => {
  const source = join(markets, 'synthetic', 'CEDAR.csv');
  const answer = await onceflow.submit('stock-analysis', 'cedar', { source });
  const { document } = await onceflow.result(answer);
  const market = marketOf(await onceflow.result({ kind: 'market-scan', resourceId: 'all' }));
  const { symbol: _symbol, ...inMarket } = market.stocks.find(({ symbol }) => symbol === 'CEDAR') ?? {
    symbol: '',
  };
  assert.deepEqual((document as unknown as StockResult).stock, inMarket);
  const { items } = await onceflow.list();
  assert.deepEqual([...new Set(items.map(({ kind }) => kind))].sort(), ['market-scan', 'stock-analysis']);
  await assert.rejects(onceflow.submit('stock-analysis', 'all'), { code: 'INVALID_ARGUMENT' });
});
