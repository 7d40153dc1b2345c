import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indicatorsOf } from '../indicators.ts';
import { parsePrices } from '../prices.ts';

const daysOf = (closes: readonly number[]) =>
  closes.map((close, index) => ({ date: `day ${String(index).padStart(3, '0')}`, close }));

test('prices that double each day, and halve again: by hand', () => {
  const closes = [
    ...Array.from({ length: 20 }, (_, day) => 2 ** day),
    ...Array.from({ length: 20 }, (_, day) => 2 ** (18 - day)),
  ];
  const found = indicatorsOf(daysOf(closes), 10);
  assert.equal(found.return_total_pct, -50);
  assert.equal(found.return_recent_pct, -99.9023);
  // 39 returns of +-ln 2, 19 up and 20 down: mean -ln 2 / 39.
  const deviation = Math.LN2 * Math.sqrt((39 - 1 / 39) / 38);
  assert.equal(found.volatility_year_pct, Math.round(deviation * Math.sqrt(252) * 1e6) / 1e4);
  assert.deepEqual([found.drawdown_from, found.drawdown_to], ['day 019', 'day 039']);
  assert.equal(found.drawdown_max_pct, Math.round((1 - 2 ** -20) * 1e6) / 1e4);
  assert.equal(found.average_50_days, null);
});

test("the relative strength of the series in Wilder's book form: only gains 100, only losses 0, none 50", () => {
  const rising = indicatorsOf(daysOf(Array.from({ length: 40 }, (_, day) => 10 + day)), 5);
  const falling = indicatorsOf(daysOf(Array.from({ length: 40 }, (_, day) => 100 - day)), 5);
  const still = indicatorsOf(daysOf(Array.from({ length: 40 }, () => 10)), 5);
  assert.deepEqual([rising.rsi_14_days, falling.rsi_14_days, still.rsi_14_days], [100, 0, 50]);
  assert.deepEqual([rising.drawdown_max_pct, still.volatility_year_pct], [0, 0]);
});

test('files that hold no prices are refused, with the line', () => {
  const codeOf = (text: string) => {
    try {
      parsePrices(new TextEncoder().encode(text), 'X');
      return null;
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return `${code} ${/line \d+/.exec(message)?.[0] ?? ''}`.trim();
    }
  };
  assert.equal(codeOf('a,b\n1,2'), 'NOT_PRICES');
  assert.equal(codeOf('date,close\n2025-01-02,1\n2025-01-01,1'), 'NOT_PRICES line 3');
  assert.equal(codeOf('date,close\n2025-01-02,-1'), 'NOT_PRICES line 2');
  assert.equal(codeOf('date,close\n2025-01-02,'), 'NOT_PRICES line 2');
  assert.equal(codeOf('date,close\n2025-01-02,1'), 'TOO_FEW_DAYS');
});
