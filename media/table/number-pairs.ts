/**
 * Pearson and Spearman of every pair of numeric columns.
 *
 * One table holds each column twice: standardised, and as centred average ranks. Where two columns have their values
 * in the same rows, both measures are then one sum of products; pairs with gaps of their own are measured on the rows
 * that have both, as pandas does.
 */
import type { MeasuredColumn } from './column.ts';
import { type Engine, number } from './engine.ts';
import { finite } from './plain-number.ts';
import type { NumericPair } from './profile-shape.ts';

/** Aggregates in one query. */
const BATCH = 60;

type Two = readonly [MeasuredColumn, MeasuredColumn];

export function pairsAmong(columns: readonly MeasuredColumn[]): Two[] {
  return columns.flatMap((a, index) => columns.slice(index + 1).map((b): Two => [a, b]));
}

/** The value as a number that can be correlated: infinities cannot. */
export function finiteValue({ plan, column }: MeasuredColumn): string {
  const value = `CAST(${plan.value} AS DOUBLE)`;
  return (column.numeric?.n_infinite ?? 0) > 0 ? `CASE WHEN isfinite(${value}) THEN ${value} END` : value;
}

export async function numberPairs(
  engine: Engine,
  columns: readonly MeasuredColumn[],
  onPair: () => void,
): Promise<NumericPair[]> {
  const pairs = pairsAmong(columns);
  if (pairs.length === 0) return [];
  await createNumbers(engine, columns);
  const counts = await inBatches(engine, pairs, ([a, b]) => `count(${z(a)} + ${z(b)})`);
  onPair();
  const together = pairs.map(([a, b], index) => {
    const n = counts[index] ?? 0;
    return n === finiteCount(a) && n === finiteCount(b);
  });
  const whole = pairs.filter((_, index) => together[index]);
  const pearson = await inBatches(engine, whole, ([a, b]) => `fsum(${z(a)} * ${z(b)})`);
  const spearman = await inBatches(
    engine,
    whole,
    ([a, b]) => `fsum(${r(a)} * ${r(b)}) / sqrt(fsum(${r(a)} * ${r(a)})) / sqrt(fsum(${r(b)} * ${r(b)}))`,
  );
  onPair();
  const results: NumericPair[] = [];
  let next = 0;
  for (const [index, [a, b]] of pairs.entries()) {
    const names = { a: a.column.name, b: b.column.name, n: counts[index] ?? 0 };
    if (!varies(a) || !varies(b)) results.push({ ...names, pearson: null, spearman: null });
    else if (together[index]) {
      results.push({
        ...names,
        pearson: bounded((pearson[next] ?? Number.NaN) / (names.n - 1)),
        spearman: bounded(spearman[next] ?? Number.NaN),
      });
    } else results.push({ ...names, ...(await onCommonRows(engine, a, b)) });
    if (together[index]) next += 1;
    onPair();
  }
  await engine.run('DROP TABLE numbers');
  return results;
}

function z({ plan }: MeasuredColumn): string {
  return `z${plan.index}`;
}

function r({ plan }: MeasuredColumn): string {
  return `r${plan.index}`;
}

function finiteCount({ column }: MeasuredColumn): number {
  return column.count - (column.numeric?.n_infinite ?? 0);
}

function varies({ column }: MeasuredColumn): boolean {
  return column.n_distinct > 1 && Number(column.numeric?.std ?? 0) > 0;
}

/** Sums of products leave 1 by a rounding. */
function bounded(value: number): number | null {
  const plain = finite(value);
  return plain === null ? null : Math.max(-1, Math.min(1, plain));
}

async function createNumbers(engine: Engine, columns: readonly MeasuredColumn[]): Promise<void> {
  const fields = columns.flatMap((measured) => {
    const { plan, column } = measured;
    const [mean, std] = [Number(column.numeric?.mean ?? 0), Number(column.numeric?.std ?? 0) || 1];
    // The middle of the places that equal values share.
    const rank = `j${plan.index}.cum - (j${plan.index}.c - 1) / 2.0 - CAST('${(column.count + 1) / 2}' AS DOUBLE)`;
    return [
      `(${finiteValue(measured)} - CAST('${mean}' AS DOUBLE)) / CAST('${std}' AS DOUBLE) AS ${z(measured)}`,
      `CAST(${rank} AS DOUBLE) AS ${r(measured)}`,
    ];
  });
  const joins = columns.map(
    ({ ranked, plan }) => `LEFT JOIN ${ranked} AS j${plan.index} ON j${plan.index}.v = ${plan.value}`,
  );
  await engine.run(`CREATE TABLE numbers AS SELECT ${fields.join(', ')} FROM t ${joins.join(' ')}`);
}

async function inBatches(
  engine: Engine,
  pairs: readonly Two[],
  sql: (pair: Two) => string,
): Promise<number[]> {
  const results: number[] = [];
  for (let start = 0; start < pairs.length; start += BATCH) {
    const batch = pairs.slice(start, start + BATCH).map(sql);
    const row = await engine.row(`SELECT ${batch.join(', ')} FROM numbers`);
    results.push(...row.map((cell) => (cell === null ? Number.NaN : number(cell))));
  }
  return results;
}

/** Rank and correlate only the rows that have both values. */
async function onCommonRows(
  engine: Engine,
  a: MeasuredColumn,
  b: MeasuredColumn,
): Promise<Pick<NumericPair, 'pearson' | 'spearman'>> {
  const rows = `SELECT ${z(a)} AS a, ${z(b)} AS b FROM numbers WHERE ${z(a)} IS NOT NULL AND ${z(b)} IS NOT NULL`;
  const [n, variesA, variesB] = await engine.row(
    `SELECT count(*), min(a) < max(a), min(b) < max(b) FROM (${rows})`,
  );
  if (number(n) < 2 || !variesA || !variesB) return { pearson: null, spearman: null };
  const middle = (x: string): string =>
    `rank() OVER (ORDER BY ${x}) + (count(*) OVER (PARTITION BY ${x}) - 1) / 2.0 AS r${x}`;
  const ranked = `SELECT a, b, ${middle('a')}, ${middle('b')} FROM (${rows})`;
  const [pearson, spearman] = await engine.row(
    `SELECT corr(a, b), corr(CAST(ra AS DOUBLE), CAST(rb AS DOUBLE)) FROM (${ranked})`,
  );
  return { pearson: bounded(number(pearson)), spearman: bounded(number(spearman)) };
}
