/** How columns go together: numbers, categories, and what is missing at once. */
import { categoryPairs, PAIRED_COLUMNS } from './category-pairs.ts';
import type { MeasuredColumn } from './column.ts';
import { type Engine, number } from './engine.ts';
import { numberPairs, pairsAmong } from './number-pairs.ts';
import { finite } from './plain-number.ts';
import type { Pairs } from './profile-shape.ts';

/** Aggregates in one query. */
const BATCH = 60;

export async function pairsOf(
  engine: Engine,
  all: readonly MeasuredColumn[],
  onPair: () => void,
): Promise<Pairs> {
  const columns = all.slice(0, PAIRED_COLUMNS);
  const numeric = columns.filter(({ ranked, column }) => ranked !== null && column.count > 0);
  return {
    numeric: await numberPairs(engine, numeric, onPair),
    categorical: await categoryPairs(engine, columns, onPair),
    missingness: await missingPairs(engine, columns),
    column_limit: PAIRED_COLUMNS,
    columns_left_out: all.slice(PAIRED_COLUMNS).map(({ column }) => column.name),
  };
}

async function missingPairs(
  engine: Engine,
  columns: readonly MeasuredColumn[],
): Promise<Pairs['missingness']> {
  const two = pairsAmong(columns.filter(({ column }) => column.n_missing > 0 && column.count > 0));
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

/** Correlation of two indicators. */
function phiOf({ column: a }: MeasuredColumn, { column: b }: MeasuredColumn, both: number): number | null {
  const [p, q] = [a.n_missing / a.n, b.n_missing / b.n];
  return finite((both / a.n - p * q) / Math.sqrt(p * (1 - p) * q * (1 - q)));
}
