/**
 * Statistics of a numeric column, exact, from its table of counted values.
 *
 * Conventions are those of pandas: std and variance with ddof 1, skewness G1, kurtosis G2 (excess), quantiles linear,
 * mad the unscaled median of distances from the median. Moments, minimum, maximum and sum leave infinities out;
 * quantiles order them at the ends. Moments are taken around the mean, in a second pass: power sums lose every digit
 * on columns such as timestamps. Distances are those of scale.ts.
 */
import { chiSquaredTail } from './chi-squared.ts';
import { type Cell, type Engine, number } from './engine.ts';
import { countNumbers, listed } from './frequency.ts';
import type { PlannedColumn } from './plan.ts';
import { finite, plain } from './plain-number.ts';
import type { Num, Numeric } from './profile-shape.ts';
import { AS_DOUBLE as D, distanceOf, type Scale, scaleOf, valueAt } from './scale.ts';
import { kurtosisOf, skewnessOf } from './shape-moments.ts';

const BINS = 50;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;
const FINITE = `isfinite(${D})`;

export async function numericOf(
  engine: Engine,
  column: PlannedColumn,
): Promise<{ numeric: Numeric; table: string }> {
  const table = await countNumbers(engine, column);
  const basic = await basicOf(engine, table, column.physical === 'integer');
  const scale = scaleOf(basic.min, basic.max);
  const moments = await momentsOf(engine, table, basic, scale);
  const quantiles = await quantilesOf(engine, table, basic.all, scale);
  const [p5, p25, p50, p75, p95] = quantiles.map(({ value }) => value);
  const [, low, median, high] = quantiles.map(({ distance }) => distance) as [number, number, number, number];
  const histogram = await histogramOf(engine, table, basic, scale);
  const numeric: Numeric = {
    mean: finite(basic.mean),
    ...moments,
    min: plain(basic.min),
    max: plain(basic.max),
    range: rangeOf(basic.min, basic.max),
    sum: plain(basic.sum),
    ...{ p5: p5 ?? null, p25: p25 ?? null, p50: p50 ?? null, p75: p75 ?? null, p95: p95 ?? null },
    iqr: finite(high - low),
    cv: moments.std === null ? null : finite(Number(moments.std) / basic.mean),
    mad: await madOf(engine, table, median, basic.all, scale),
    n_zeros: basic.zeros,
    n_negative: basic.negative,
    n_infinite: basic.all - basic.count,
    monotonic: await monotonicOf(engine, column),
    histogram,
    uniformity: histogram && uniformityOf(histogram.counts),
    ...(await outliersOf(engine, table, low, high, scale)),
    smallest: await listed(engine, `FROM ${table} ORDER BY v LIMIT 10`),
    largest: await listed(engine, `FROM ${table} ORDER BY v DESC LIMIT 10`),
    benford: await benfordOf(engine, table, basic),
  };
  return { numeric, table };
}

interface Basic {
  /** Values, infinities included. */
  readonly all: number;
  readonly count: number;
  readonly min: Cell;
  readonly max: Cell;
  readonly sum: Cell;
  readonly mean: number;
  readonly zeros: number;
  readonly negative: number;
}

/** Of 127 bits. */
const MOST_EXACT_SUM = 1e38;

async function basicOf(engine: Engine, table: string, integers: boolean): Promise<Basic> {
  const [all, count, min, max, near, zeros, negative] = await engine.row(
    `SELECT sum(c), sum(c) FILTER (${FINITE}), min(v) FILTER (${FINITE}), max(v) FILTER (${FINITE}), fsum(${D} * c) FILTER (${FINITE}), sum(c) FILTER (v = 0), sum(c) FILTER (v < 0) FROM ${table}`,
  );
  const n = number(count);
  const exact = integers && n * Math.max(Math.abs(number(min)), Math.abs(number(max))) < MOST_EXACT_SUM;
  const [total] = exact ? await engine.row(`SELECT sum(CAST(v AS HUGEINT) * c) FROM ${table}`) : [near];
  return {
    ...{ all: number(all), count: n, min: min ?? null, max: max ?? null, sum: total ?? null },
    mean: n === 0 ? Number.NaN : number(total) / n,
    zeros: number(zeros),
    negative: number(negative),
  };
}

async function momentsOf(
  engine: Engine,
  table: string,
  { count: n, mean, sum }: Basic,
  { from, x: distance }: Scale,
): Promise<Pick<Numeric, 'std' | 'variance' | 'skewness' | 'kurtosis_excess'>> {
  const nothing = { std: null, variance: null, skewness: null, kurtosis_excess: null };
  if (n < 2) return nothing;
  const centre = typeof sum === 'bigint' ? Number(sum - from * BigInt(n)) / n : mean;
  const x = `(${distance} - CAST('${centre}' AS DOUBLE))`;
  const [s1, s2, s3, s4] = (
    await engine.row(
      `SELECT fsum(c * ${x}), fsum(c * ${x} * ${x}), fsum(c * ${x} * ${x} * ${x}), fsum(c * ${x} * ${x} * ${x} * ${x}) FROM ${table} WHERE ${FINITE}`,
    )
  ).map(number) as [number, number, number, number];
  const m2 = s2 - (s1 * s1) / n;
  const variance = Math.max(0, m2) / (n - 1);
  return {
    variance: finite(variance),
    std: finite(Math.sqrt(variance)),
    skewness: skewnessOf(n, m2, s3),
    kurtosis_excess: kurtosisOf(n, m2, s4),
  };
}

function rangeOf(min: Cell, max: Cell): Num {
  if (min === null || max === null) return null;
  return typeof min === 'bigint' ? plain((max as bigint) - min) : finite(Number(max) - Number(min));
}

/** Zero-based ranks between which a quantile lies, and how far it is from the first to the second. */
function ranksOf(n: number, quantile: number): { low: number; high: number; part: number } {
  const place = (n - 1) * quantile;
  const low = Math.floor(place);
  return { low, high: Math.min(low + 1, n - 1), part: place - low };
}

interface Quantile {
  readonly value: Num;
  readonly distance: number;
}

async function quantilesOf(engine: Engine, table: string, n: number, scale: Scale): Promise<Quantile[]> {
  if (n === 0) return QUANTILES.map(() => ({ value: null, distance: Number.NaN }));
  const ranks = QUANTILES.map((quantile) => ranksOf(n, quantile));
  const picks = ranks.flatMap(({ low, high }) => [low, high]).map((rank) => `min(v) FILTER (cum > ${rank})`);
  const found = await engine.row(`SELECT ${picks.join(', ')} FROM ${table}`);
  return ranks.map(({ part }, index) => {
    const [low, high] = found.slice(index * 2, index * 2 + 2) as [Cell, Cell];
    const distance = between(distanceOf(scale, low), distanceOf(scale, high), part);
    if (typeof low !== 'bigint') return { value: finite(distance), distance };
    return { value: valueAt(low, Number((high as bigint) - low) * part), distance };
  });
}

function between(low: number, high: number, part: number): number {
  return part === 0 || low === high ? low : low + (high - low) * part;
}

async function madOf(engine: Engine, table: string, median: number, n: number, { x }: Scale): Promise<Num> {
  if (n === 0 || !Number.isFinite(median)) return null;
  const { low, high, part } = ranksOf(n, 0.5);
  const distances = `SELECT abs(${x} - CAST('${median}' AS DOUBLE)) AS x, c FROM ${table}`;
  const [a, b] = await engine.row(
    `SELECT min(x) FILTER (cum > ${low}), min(x) FILTER (cum > ${high}) FROM (SELECT x, sum(c) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) AS cum FROM (${distances}))`,
  );
  return finite(between(Number(a), Number(b), part));
}

async function monotonicOf(engine: Engine, { value }: PlannedColumn): Promise<Numeric['monotonic']> {
  const [up, strictlyUp, down, strictlyDown] = await engine.row(
    `SELECT bool_and(x >= p), bool_and(x > p), bool_and(x <= p), bool_and(x < p) FROM (SELECT x, lag(x) OVER () AS p FROM (SELECT ${value} AS x FROM t WHERE (${value}) IS NOT NULL))`,
  );
  if (strictlyUp) return 2;
  if (strictlyDown) return -2;
  // Fewer than two values leave nothing to compare, and are in order.
  if (up !== false) return 1;
  return down ? -1 : 0;
}

async function histogramOf(
  engine: Engine,
  table: string,
  { min, max, count }: Basic,
  scale: Scale,
): Promise<Numeric['histogram']> {
  if (count === 0) return null;
  const [low, high] = [distanceOf(scale, min), distanceOf(scale, max)];
  const zero = Number(scale.from);
  if (low === high) return { edges: [zero + low, zero + high], counts: [count] };
  const width = (high - low) / BINS;
  if (!Number.isFinite(width) || width === 0) return null;
  const bin = `CAST(least(floor((${scale.x} - CAST('${low}' AS DOUBLE)) / CAST('${width}' AS DOUBLE)), ${BINS - 1}) AS INTEGER)`;
  const rows = await engine.rows(`SELECT ${bin}, sum(c) FROM ${table} WHERE ${FINITE} GROUP BY 1`);
  const counts = new Array<number>(BINS).fill(0);
  for (const [index, total] of rows) counts[number(index)] = number(total);
  return {
    edges: Array.from(
      { length: BINS + 1 },
      (_, index) => zero + (index === BINS ? high : low + index * width),
    ),
    counts,
  };
}

function uniformityOf(counts: readonly number[]): Numeric['uniformity'] {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  if (counts.length < 2 || expected === 0) return null;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return { chi_squared: chiSquared, p: chiSquaredTail(chiSquared, counts.length - 1) };
}

async function outliersOf(
  engine: Engine,
  table: string,
  p25: number,
  p75: number,
  { from, x }: Scale,
): Promise<Pick<Numeric, 'n_outliers' | 'outlier_low' | 'outlier_high'>> {
  if (!Number.isFinite(p25) || !Number.isFinite(p75))
    return { n_outliers: 0, outlier_low: null, outlier_high: null };
  const low = p25 - 1.5 * (p75 - p25);
  const high = p75 + 1.5 * (p75 - p25);
  const [outside] = await engine.row(
    `SELECT sum(c) FROM ${table} WHERE ${x} < CAST('${low}' AS DOUBLE) OR ${x} > CAST('${high}' AS DOUBLE)`,
  );
  return { n_outliers: number(outside), outlier_low: valueAt(from, low), outlier_high: valueAt(from, high) };
}

/** Only where it can mean something: positive values over three orders of magnitude. */
async function benfordOf(
  engine: Engine,
  table: string,
  { min, max, count }: Basic,
): Promise<Numeric['benford']> {
  const [low, high] = [Number(min), Number(max)];
  if (count < 100 || !(low > 0) || high / low < 1000) return null;
  const digit = `CAST(least(9, greatest(1, floor(${D} / pow(10, floor(log10(${D})))))) AS INTEGER)`;
  const rows = await engine.rows(`SELECT ${digit}, sum(c) FROM ${table} WHERE ${FINITE} GROUP BY 1`);
  const digits = new Array<number>(9).fill(0);
  for (const [first, total] of rows) digits[number(first) - 1] = number(total);
  const expected = digits.map((_, index) => count * Math.log10(1 + 1 / (index + 1)));
  const chiSquared = digits.reduce(
    (sum, seen, index) => sum + (seen - (expected[index] as number)) ** 2 / (expected[index] as number),
    0,
  );
  return { first_digits: digits, chi_squared: chiSquared };
}
