/** The table of a column's distinct values and their counts; nearly every statistic is read from it. */
import { type Cell, type Engine, number } from './engine.ts';
import type { PlannedColumn } from './plan.ts';
import type { CountedValue } from './profile-shape.ts';
import { plain } from './plain-number.ts';

const LISTED = 10;
const LONGEST_SHOWN_VALUE = 200;

/** `f<index>(v, c)`. GROUP BY spills to disk, count(distinct) would not. */
export async function countValues(engine: Engine, column: PlannedColumn): Promise<string> {
  const table = `f${column.index}`;
  await engine.run(
    `CREATE TABLE ${table} AS SELECT ${column.value} AS v, count(*) AS c FROM t WHERE (${column.value}) IS NOT NULL GROUP BY 1`,
  );
  return table;
}

/** `g<index>(v, c, cum)`: the same for numbers, with the running count in order of value. */
export async function countNumbers(engine: Engine, column: PlannedColumn): Promise<string> {
  const table = `g${column.index}`;
  const counted = `SELECT ${column.value} AS v, count(*) AS c FROM t WHERE (${column.value}) IS NOT NULL GROUP BY 1`;
  await engine.run(
    `CREATE TABLE ${table} AS SELECT v, c, CAST(sum(c) OVER (ORDER BY v ROWS UNBOUNDED PRECEDING) AS BIGINT) AS cum FROM (${counted})`,
  );
  return table;
}

export interface Common {
  readonly nDistinct: number;
  readonly nUnique: number;
  readonly count: number;
  readonly top: readonly CountedValue[];
  readonly rare: readonly CountedValue[];
  readonly fingerprint: string;
}

/** Ties are listed in order of value. */
export async function commonOf(engine: Engine, table: string): Promise<Common> {
  const [distinct, unique, count, mark] = await engine.row(
    `SELECT count(*), count(*) FILTER (c = 1), coalesce(sum(c), 0), coalesce(bit_xor(hash(v, c)), 0) FROM ${table}`,
  );
  const [top, rare] = [
    await listed(engine, `FROM ${table} ORDER BY c DESC, v LIMIT ${LISTED}`),
    await listed(engine, `FROM ${table} ORDER BY c, v LIMIT ${LISTED}`),
  ];
  return {
    nDistinct: number(distinct),
    nUnique: number(unique),
    count: number(count),
    top,
    rare,
    fingerprint: BigInt(mark as bigint)
      .toString(16)
      .padStart(16, '0'),
  };
}

export async function listed(engine: Engine, from: string): Promise<CountedValue[]> {
  const rows = await engine.rows(`SELECT v, c ${from}`);
  return rows.map(([value, count]) => ({ value: shown(value), count: number(count) }));
}

function shown(value: Cell | undefined): CountedValue['value'] {
  if (typeof value === 'string') return clipped(value);
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : plain(value);
}

export function clipped(value: string): string {
  return value.length > LONGEST_SHOWN_VALUE ? `${value.slice(0, LONGEST_SHOWN_VALUE)}…` : value;
}
