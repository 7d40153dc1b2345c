/** How columns go together: Pearson and Spearman of numbers, Cramer's V of categories, what is missing at once. */
import type { MeasuredColumn } from './column.ts';
import { cramersV } from './cramers.ts';
import { type Engine, number } from './engine.ts';
import { finite } from './plain-number.ts';
import type { CategoryPair, NumericPair, Pairs } from './profile-shape.ts';

const MOST_COLUMNS = 60;
const MOST_CATEGORIES = 100;
const BINS = 10;
/** Aggregates in one query. */
const BATCH = 60;

export async function pairsOf(
  engine: Engine,
  all: readonly MeasuredColumn[],
  onPair: () => void,
): Promise<Pairs> {
  const columns = all.slice(0, MOST_COLUMNS);
  const numeric = columns.filter(({ ranked, column }) => ranked !== null && column.count > 0);
  return {
    numeric: await numericPairs(engine, numeric, onPair),
    categorical: await categoryPairs(engine, columns, onPair),
    missingness: await missingPairs(engine, columns),
    column_limit: MOST_COLUMNS,
    columns_left_out: all.slice(MOST_COLUMNS).map(({ column }) => column.name),
  };
}

type Two = readonly [MeasuredColumn, MeasuredColumn];

function pairs(columns: readonly MeasuredColumn[]): Two[] {
  return columns.flatMap((a, index) => columns.slice(index + 1).map((b): Two => [a, b]));
}

/** The value as a number that can be correlated. */
function double({ plan, column }: MeasuredColumn): string {
  const value = `CAST(${plan.value} AS DOUBLE)`;
  return (column.numeric?.n_infinite ?? 0) > 0 ? `CASE WHEN isfinite(${value}) THEN ${value} END` : value;
}

async function numericPairs(
  engine: Engine,
  columns: readonly MeasuredColumn[],
  onPair: () => void,
): Promise<NumericPair[]> {
  const two = pairs(columns);
  if (two.length === 0) return [];
  const results: NumericPair[] = [];
  for (let start = 0; start < two.length; start += BATCH) {
    const batch = two.slice(start, start + BATCH);
    // corr() fails on the whole query when one column is constant: those are left out.
    const sql = batch.map(([a, b]) => {
      const usable = varies(a) && varies(b);
      return `${usable ? correlation(a, b) : 'NULL'}, count(*) FILTER (${double(a)} IS NOT NULL AND ${double(b)} IS NOT NULL)`;
    });
    const found = await engine.row(`SELECT ${sql.join(', ')} FROM t`);
    batch.forEach(([a, b], index) => {
      const pearson = found[index * 2];
      results.push({
        ...{ a: a.column.name, b: b.column.name, n: number(found[index * 2 + 1]) },
        pearson: pearson === null ? null : finite(number(pearson)),
        spearman: null,
      });
    });
    onPair();
  }
  const ranks = await rankCorrelations(engine, two, results, onPair);
  return results.map((result, index) => ({ ...result, spearman: ranks[index] ?? null }));
}

function varies({ column }: MeasuredColumn): boolean {
  return column.n_distinct > 1 && column.numeric?.std !== null && column.numeric?.std !== 0;
}

/** Shifted by the mean first: corr() of large numbers that differ little would lose its digits. */
function correlation(a: MeasuredColumn, b: MeasuredColumn): string {
  const shifted = (column: MeasuredColumn): string => {
    const mean = Number(column.column.numeric?.mean ?? 0);
    const scale = Number(column.column.numeric?.std ?? 1);
    return `((${double(column)} - CAST('${mean}' AS DOUBLE)) / CAST('${scale}' AS DOUBLE))`;
  };
  return `corr(${shifted(a)}, ${shifted(b)})`;
}

/** Ranks of the whole column serve every pair that loses no row to the other's gaps; the rest rank their common rows. */
async function rankCorrelations(
  engine: Engine,
  two: readonly Two[],
  counted: readonly NumericPair[],
  onPair: () => void,
): Promise<(number | null)[]> {
  const results: (number | null)[] = two.map(() => null);
  const shared: number[] = [];
  for (const [index, [a, b]] of two.entries()) {
    if (!varies(a) || !varies(b)) continue;
    const n = counted[index]?.n ?? 0;
    const noGaps = n === a.column.count && n === b.column.count;
    if (noGaps) shared.push(index);
    else results[index] = await commonRowsRank(engine, a, b);
    onPair();
  }
  if (shared.length > 0) await sharedRanks(engine, two, shared, results, onPair);
  return results;
}

async function sharedRanks(
  engine: Engine,
  two: readonly Two[],
  shared: readonly number[],
  results: (number | null)[],
  onPair: () => void,
): Promise<void> {
  const used = [...new Set(shared.flatMap((index) => two[index] as Two))];
  const place = new Map(used.map((column, index) => [column, `r${index}`]));
  const joins = used.map(
    ({ ranked, plan }, index) => `LEFT JOIN ${ranked} AS j${index} ON j${index}.v = ${plan.value}`,
  );
  // The middle of the places that equal values share, around zero.
  const ranks = used.map(
    (column, index) => `j${index}.cum - (j${index}.c - 1) / 2.0 - ${column.column.count / 2} AS r${index}`,
  );
  await engine.run(`CREATE TABLE ranks AS SELECT ${ranks.join(', ')} FROM t ${joins.join(' ')}`);
  for (let start = 0; start < shared.length; start += BATCH) {
    const batch = shared.slice(start, start + BATCH);
    const sql = batch.map((index) => {
      const [a, b] = two[index] as Two;
      return `corr(CAST(${place.get(a)} AS DOUBLE), CAST(${place.get(b)} AS DOUBLE))`;
    });
    const found = await engine.row(`SELECT ${sql.join(', ')} FROM ranks`);
    batch.forEach((index, at) => {
      results[index] = found[at] === null ? null : finite(number(found[at]));
    });
    onPair();
  }
  await engine.run('DROP TABLE ranks');
}

async function commonRowsRank(engine: Engine, a: MeasuredColumn, b: MeasuredColumn): Promise<number | null> {
  const rows = `SELECT ${double(a)} AS a, ${double(b)} AS b FROM t WHERE (${double(a)}) IS NOT NULL AND (${double(b)}) IS NOT NULL`;
  const middle = (x: string): string =>
    `rank() OVER (ORDER BY ${x}) + (count(*) OVER (PARTITION BY ${x}) - 1) / 2.0 AS r${x}`;
  const ranks = `SELECT ${middle('a')}, ${middle('b')} FROM (${rows})`;
  const [n, distinctA, distinctB] = await engine.row(
    `SELECT count(*), min(a) < max(a), min(b) < max(b) FROM (${rows})`,
  );
  if (number(n) < 2 || !distinctA || !distinctB) return null;
  const [found] = await engine.row(`SELECT corr(CAST(ra AS DOUBLE), CAST(rb AS DOUBLE)) FROM (${ranks})`);
  return found === null ? null : finite(number(found));
}

interface Categories {
  readonly name: string;
  readonly sql: string;
  readonly binned: boolean;
}

function categoriesOf(measured: MeasuredColumn): Categories[] {
  const { column, plan, ranked } = measured;
  if (column.n_distinct < 2) return [];
  if (ranked === null) {
    const sql = column.boolean ? `lower(${plan.value})` : plan.value;
    return column.n_distinct <= MOST_CATEGORIES ? [{ name: column.name, sql, binned: false }] : [];
  }
  const [low, high] = [Number(column.numeric?.min), Number(column.numeric?.max)];
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  const place = `(${double(measured)} - CAST('${low}' AS DOUBLE)) / CAST('${(high - low) / BINS}' AS DOUBLE)`;
  return [{ name: column.name, sql: `CAST(least(floor(${place}), ${BINS - 1}) AS INTEGER)`, binned: true }];
}

async function categoryPairs(
  engine: Engine,
  columns: readonly MeasuredColumn[],
  onPair: () => void,
): Promise<CategoryPair[]> {
  const categories = columns.flatMap(categoriesOf);
  const results: CategoryPair[] = [];
  for (const [index, a] of categories.entries()) {
    for (const b of categories.slice(index + 1)) {
      // Two numbers have their own measures.
      if (a.binned && b.binned) continue;
      const rows = await engine.rows(
        `SELECT a, b, count(*) FROM (SELECT ${a.sql} AS a, ${b.sql} AS b FROM t) WHERE a IS NOT NULL AND b IS NOT NULL GROUP BY 1, 2`,
      );
      const cells = rows.map(([x, y, count]) => ({ a: String(x), b: String(y), count: number(count) }));
      results.push({
        ...{ a: a.name, b: b.name, n: cells.reduce((sum, cell) => sum + cell.count, 0) },
        cramers_v: cramersV(cells),
        binned: [a, b].filter(({ binned }) => binned).map(({ name }) => name),
      });
      onPair();
    }
  }
  return results;
}

async function missingPairs(
  engine: Engine,
  columns: readonly MeasuredColumn[],
): Promise<Pairs['missingness']> {
  const gappy = columns.filter(({ column }) => column.n_missing > 0 && column.count > 0);
  const two = pairs(gappy);
  const results: { a: string; b: string; phi: number | null }[] = [];
  for (let start = 0; start < two.length; start += BATCH) {
    const batch = two.slice(start, start + BATCH);
    const sql = batch.map(
      ([a, b]) => `count(*) FILTER ((${a.plan.value}) IS NULL AND (${b.plan.value}) IS NULL)`,
    );
    const found = await engine.row(`SELECT ${sql.join(', ')} FROM t`);
    batch.forEach(([a, b], index) => {
      results.push({ a: a.column.name, b: b.column.name, phi: phiOf(a, b, number(found[index])) });
    });
  }
  return results;
}

function phiOf({ column: a }: MeasuredColumn, { column: b }: MeasuredColumn, both: number): number | null {
  const [p, q] = [a.n_missing / a.n, b.n_missing / b.n];
  return finite((both / a.n - p * q) / Math.sqrt(p * (1 - p) * q * (1 - q)));
}
