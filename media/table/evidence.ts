import { type Engine, number } from './engine.ts';
import type { PlannedColumn } from './plan.ts';
import type { Evidence } from './profile-shape.ts';
import type { TableSource } from './source.ts';

/** First places where a condition holds, in row order. */
export async function evidenceOf(
  engine: Engine,
  source: TableSource,
  column: PlannedColumn,
  misfit: { readonly what: string; readonly count: number; readonly where: string },
): Promise<Evidence> {
  const rows = await engine.rows(
    `SELECT rowid, left(CAST(${column.raw} AS VARCHAR), 100) FROM t WHERE ${misfit.where} LIMIT 5`,
  );
  const where = rows.map(([row, value]) => ({
    row: number(row) + 1,
    line: source.lineOf(number(row)),
    value: String(value),
  }));
  return { what: misfit.what, count: misfit.count, where };
}
