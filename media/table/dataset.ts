/** The table as a whole: duplicates (exact, by hash first and by value then), samples. */
import { type Cell, type Engine, number } from './engine.ts';
import type { MeasuredColumn } from './column.ts';
import { clipped } from './frequency.ts';
import { plain, share } from './plain-number.ts';
import type { Dataset, Profile, SampleRow } from './profile-shape.ts';

const SAMPLE_ROWS = 5;
const MOST_KEYS = 20;

export async function datasetOf(
  engine: Engine,
  columns: readonly MeasuredColumn[],
  rows: number,
  bytes: number,
): Promise<Dataset> {
  const cells = rows * columns.length;
  const missing = columns.reduce((sum, { column }) => sum + column.n_missing, 0);
  const duplicates = await duplicatesOf(engine, columns);
  const keys = columns.filter(({ column }) => column.is_unique && column.n_missing === 0);
  return {
    ...{ n_rows: rows, n_columns: columns.length, n_cells: cells },
    ...{ n_cells_missing: missing, p_cells_missing: share(missing, cells) },
    n_duplicate_rows_extra: duplicates.extra,
    n_duplicate_row_groups: duplicates.groups,
    p_duplicate_row_groups: share(duplicates.groups, rows),
    primary_key_candidates: keys.slice(0, MOST_KEYS).map(({ column }) => column.name),
    bytes,
  };
}

async function duplicatesOf(
  engine: Engine,
  columns: readonly MeasuredColumn[],
): Promise<{ extra: number; groups: number }> {
  // A column without repeats or gaps makes every row different.
  if (columns.some(({ column }) => column.is_unique && column.n_missing === 0))
    return { extra: 0, groups: 0 };
  const values = columns.map(({ plan }) => plan.value);
  const hash = `hash(${values.join(', ')})`;
  await engine.run(
    `CREATE TABLE twins AS SELECT h FROM (SELECT ${hash} AS h FROM t) GROUP BY h HAVING count(*) > 1`,
  );
  const names = values.map((_, index) => `v${index}`).join(', ');
  // Equal hashes are only suspects: the rows themselves decide.
  const suspects = `SELECT ${values.map((value, index) => `${value} AS v${index}`).join(', ')} FROM t WHERE ${hash} IN (SELECT h FROM twins)`;
  const [groups, extra] = await engine.row(
    `SELECT count(*), coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM (${suspects}) GROUP BY ${names} HAVING count(*) > 1)`,
  );
  await engine.run('DROP TABLE twins');
  return { groups: number(groups), extra: number(extra) };
}

export async function samplesOf(
  engine: Engine,
  columns: readonly MeasuredColumn[],
  rows: number,
): Promise<Profile['samples']> {
  const values = columns.map(({ plan }) => plan.value).join(', ');
  const take = async (rest: string): Promise<SampleRow[]> =>
    (await engine.rows(`SELECT ${values} FROM t ${rest}`)).map((row) => row.map(shownCell));
  const random: SampleRow[] = [];
  for (const row of scattered(rows)) random.push(...(await take(`LIMIT 1 OFFSET ${row}`)));
  return {
    head: await take(`LIMIT ${SAMPLE_ROWS}`),
    tail: await take(`LIMIT ${SAMPLE_ROWS} OFFSET ${Math.max(0, rows - SAMPLE_ROWS)}`),
    random,
  };
}

/** Always the same rows of a table of this length, in order. */
function scattered(rows: number): number[] {
  const chosen = new Set<number>();
  let state = 0x9e3779b9;
  while (chosen.size < Math.min(SAMPLE_ROWS, rows)) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    chosen.add(Math.floor((state / 2 ** 32) * rows));
  }
  return [...chosen].sort((a, b) => a - b);
}

function shownCell(cell: Cell): SampleRow[number] {
  if (typeof cell === 'string') return clipped(cell);
  return typeof cell === 'boolean' ? cell : plain(cell);
}
