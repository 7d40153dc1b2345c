import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquaredTail } from '../../media/table/chi-squared.ts';
import { profileText, withFiles } from './profiled.ts';

withFiles();

function quantile(sorted: readonly number[], q: number): number {
  const place = (sorted.length - 1) * q;
  const low = Math.floor(place);
  const a = sorted[low] as number;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return a + (b - a) * (place - low);
}

const close = (actual: unknown, expected: number): void => {
  expect(Math.abs(Number(actual) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-3, Math.abs(expected)));
};

describe('numeric columns', () => {
  it('gives the moments that a hand calculation gives', async () => {
    const { column } = await profileText('hand.csv', 'x\n2\n4\n4\n4\n5\n5\n7\n9\n');
    const { numeric } = column('x');
    close(numeric?.mean, 5);
    close(numeric?.variance, 32 / 7);
    close(numeric?.skewness, 0.8184875533567997);
    close(numeric?.kurtosis_excess, 0.940625);
    expect(numeric).toMatchObject({ p50: 4.5, mad: 0.5, sum: 40, min: 2, max: 9, monotonic: 1 });
    expect(column('x').top.slice(0, 2)).toEqual([
      { value: 4, count: 3 },
      { value: 5, count: 2 },
    ]);
  });

  it('keeps its digits on values that differ little and are far from zero', async () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `${1_700_000_000 + (index % 3)}`);
    const { column } = await profileText('epoch.csv', `t\n${lines.join('\n')}\n`);
    const offsets = lines.map((line) => Number(line) - 1_700_000_000);
    const mean = offsets.reduce((a, b) => a + b, 0) / offsets.length;
    const variance = offsets.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (offsets.length - 1);
    close(column('t').numeric?.variance, variance);
  });

  it('equals a plain implementation of quantiles and mad on any numbers', { timeout: 120_000 }, async () => {
    let round = 0;
    const values = fc.array(
      fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      {
        minLength: 1,
        maxLength: 200,
      },
    );
    await fc.assert(
      fc.asyncProperty(values, async (numbers) => {
        round += 1;
        const { column } = await profileText(`any-${round}.csv`, `v\n${numbers.join('\n')}\n`);
        const { numeric } = column('v');
        const sorted = [...numbers].sort((a, b) => a - b);
        for (const [key, q] of [
          ['p5', 0.05],
          ['p25', 0.25],
          ['p50', 0.5],
          ['p75', 0.75],
          ['p95', 0.95],
        ] as const) {
          close(numeric?.[key], quantile(sorted, q));
        }
        const median = quantile(sorted, 0.5);
        const distances = numbers.map((x) => Math.abs(x - median)).sort((a, b) => a - b);
        close(numeric?.mad, quantile(distances, 0.5));
        expect(column('v').n_distinct).toBe(new Set(numbers.map((x) => x + 0)).size);
      }),
      { numRuns: 12 },
    );
  });

  it('counts infinities and leaves no NaN in its JSON', async () => {
    const { column, run } = await profileText('inf.csv', 'x,y\n1,a\ninf,b\n-inf,c\n3,d\nNaN,e\n');
    expect(column('x').numeric).toMatchObject({ n_infinite: 2, mean: 2, min: 1, max: 3 });
    expect(column('x').n_missing).toBe(1);
    expect(JSON.stringify(run.document)).not.toMatch(/NaN[^"]|Infinity/);
  });

  it('measures whole numbers beyond 2^53 by what they differ in', async () => {
    const first = 2n ** 53n + 1n;
    const values = [0n, 1n, 2n, 3n, 4n, 4000n].map((step) => `${first + step}`);
    const even = (await profileText('even.csv', `v\n${values.slice(0, 5).join('\n')}\n`)).column('v').numeric;
    close(even?.std, Math.sqrt(2.5));
    close(even?.skewness, 0);
    close(even?.kurtosis_excess, -1.2);
    expect(even).toMatchObject({ p25: values[1], p50: values[2], p75: values[3], iqr: 2, mad: 1 });
    expect(even).toMatchObject({
      n_outliers: 0,
      outlier_low: Number(first - 2n),
      outlier_high: `${first + 6n}`,
    });
    const { numeric } = (await profileText('far.csv', `v\n${values.join('\n')}\n`)).column('v');
    expect(numeric).toMatchObject({ p50: `${first + 3n}`, iqr: 2.5, mad: 1.5, n_outliers: 1 });
  });

  it('keeps every digit of 64-bit integers and says that others lose them', async () => {
    const { column, codes } = await profileText(
      'u64.csv',
      'u\n18446744073709551615\n9223372036854775808\n9223372036854775809\n',
    );
    expect(column('u').numeric).toMatchObject({ max: '18446744073709551615', min: '9223372036854775808' });
    expect(column('u').n_distinct).toBe(3);
    expect(codes).toContain('PRECISION_LOSS');
  });
});

describe('types', () => {
  it('decides over all rows, and shows the line of the value that made a column text', async () => {
    const rows = Array.from({ length: 50_000 }, (_, index) => `${index},${index}`);
    const { column, codes } = await profileText('late.csv', `a,b\n${rows.join('\n')}\noops,1.5\n`);
    expect(column('a').physical_type).toBe('text');
    expect(column('b').physical_type).toBe('decimal');
    expect(codes).toContain('MIXED_TYPES');
    expect(column('a').evidence[0]).toMatchObject({
      count: 1,
      where: [{ row: 50_001, line: 50_002, value: 'oops' }],
    });
  });

  it('finds moments, truth values, addresses and identifiers', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => {
      const day = String((index % 28) + 1).padStart(2, '0');
      return `2024-02-${day}T10:00:00Z,${index % 2 === 0},a${index}@example.org,https://example.org/${index},31.0${index % 10}.2020`;
    });
    const { column } = await profileText(
      'kinds.csv',
      `at,ok,mail,link,day\n${rows.join('\n').replaceAll('31.0', '1.0')}\n`,
    );
    expect(column('at')).toMatchObject({
      logical_type: 'datetime',
      datetime: { zoned: 'all', granularity: 'hour' },
    });
    expect(column('ok')).toMatchObject({ physical_type: 'boolean', boolean: { n_true: 15, n_false: 15 } });
    expect(column('mail').logical_type).toBe('email');
    expect(column('link').logical_type).toBe('url');
  });

  it('reads null spellings as pandas does, and as told', async () => {
    const text = 'a,b\n1,NA\nnull,x\n3,-\n,y\n';
    const usual = await profileText('nulls.csv', text);
    expect(usual.column('a')).toMatchObject({ n_missing: 2, physical_type: 'integer' });
    expect(usual.column('a').null_spellings).toEqual([
      { spelling: '', count: 1 },
      { spelling: 'null', count: 1 },
    ]);
    const told = await profileText('nulls.csv', text, { null_spellings: ['-', 'null'] });
    expect(told.column('b')).toMatchObject({ n_missing: 1, n_distinct: 3 });
  });
});

describe('the table', () => {
  it('counts copies and groups of duplicated rows, missing equal to missing', async () => {
    const { result } = await profileText('dup.csv', 'a,b\n1,x\n1.0,x\n1,x\n2,\n2,\n3,z\n');
    expect(result.profiling.dataset).toMatchObject({ n_duplicate_rows_extra: 3, n_duplicate_row_groups: 2 });
  });

  it('correlates only the rows that have both values', async () => {
    const { result } = await profileText('gaps.csv', 'a,b\n1,10\n2,\n3,30\n4,20\n,5\n');
    const [pair] = result.profiling.pairs.numeric;
    expect(pair?.n).toBe(3);
    close(pair?.pearson, 0.6546536707079772);
    close(pair?.spearman, 0.5);
  });
});

it('gives the tail of the chi-square distribution', () => {
  expect(chiSquaredTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
  expect(chiSquaredTail(40, 49)).toBeCloseTo(0.8169, 3);
  expect(chiSquaredTail(0, 5)).toBe(1);
});
