/** Cramer's V of every pair of columns that have few values, numbers among them cut into bins. */
import type { MeasuredColumn } from './column.ts';
import { cramersV } from './cramers.ts';
import { type Engine, number } from './engine.ts';
import { finiteValue } from './number-pairs.ts';
import type { CategoryPair } from './profile-shape.ts';

export const MOST_CATEGORIES = 100;
/** Columns beyond this number take no part in pairs, and keep nothing for them. */
export const PAIRED_COLUMNS = 60;
const BINS = 10;

interface Coded {
  readonly name: string;
  readonly code: string;
  /** SQL of a small number for each category: grouping those is many times faster than grouping texts. */
  readonly sql: string;
  readonly binned: boolean;
}

export async function categoryPairs(
  engine: Engine,
  columns: readonly MeasuredColumn[],
  onPair: () => void,
): Promise<CategoryPair[]> {
  const coded = columns.flatMap(codedOf);
  if (!coded.some(({ binned }) => !binned) || coded.length < 2) return [];
  const codes = coded.map(({ sql, code }) => `CAST(${sql} AS UTINYINT) AS ${code}`);
  await engine.run(`CREATE TABLE codes AS SELECT ${codes.join(', ')} FROM t`);
  const results: CategoryPair[] = [];
  for (const [index, a] of coded.entries()) {
    for (const b of coded.slice(index + 1)) {
      // Two numbers have their own measures.
      if (a.binned && b.binned) continue;
      results.push(await pairOf(engine, a, b));
      onPair();
    }
  }
  await engine.run('DROP TABLE codes');
  return results;
}

async function pairOf(engine: Engine, a: Coded, b: Coded): Promise<CategoryPair> {
  const rows = await engine.rows(
    `SELECT ${a.code}, ${b.code}, count(*) FROM codes WHERE ${a.code} IS NOT NULL AND ${b.code} IS NOT NULL GROUP BY 1, 2`,
  );
  const cells = rows.map(([x, y, count]) => ({ a: String(x), b: String(y), count: number(count) }));
  return {
    ...{ a: a.name, b: b.name, n: cells.reduce((sum, cell) => sum + cell.count, 0) },
    cramers_v: cramersV(cells),
    binned: [a, b].filter(({ binned }) => binned).map(({ name }) => name),
  };
}

function codedOf(measured: MeasuredColumn): Coded[] {
  const { column, plan, ranked, categories } = measured;
  const common = { name: column.name, code: `k${plan.index}` };
  if (column.n_distinct < 2) return [];
  if (categories !== null) return [{ ...common, sql: categories, binned: false }];
  if (ranked === null) return [];
  const [low, high] = [Number(column.numeric?.min), Number(column.numeric?.max)];
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  const place = `(${finiteValue(measured)} - CAST('${low}' AS DOUBLE)) / CAST('${(high - low) / BINS}' AS DOUBLE)`;
  return [{ ...common, sql: `least(floor(${place}), ${BINS - 1})`, binned: true }];
}

/** SQL that gives each of a column's few values a number; `table` holds the values and may be dropped afterwards. */
export async function codeCategories(
  engine: Engine,
  table: string,
  index: number,
  value: string,
): Promise<string> {
  await engine.run(`CREATE TYPE e${index} AS ENUM (SELECT v FROM ${table} ORDER BY v)`);
  return `enum_code(CAST(${value} AS e${index}))`;
}
