/**
 * The source in one table `t`, and what each column is, decided over all rows.
 *
 * A sample may only refute: 2,000 rows choose the type that is tried, every row confirms it. `cN` is a column's text
 * (or its typed value), `nN` its number where it may be one.
 */
import { type Candidate, candidateOf, castOf } from './candidate.ts';
import { type Engine, number } from './engine.ts';
import { TableFailure } from './failure.ts';
import type { PlannedColumn } from './plan.ts';
import { planText, SAMPLE_ROWS } from './plan-text.ts';
import { planTyped } from './plan-typed.ts';
import type { TableSource } from './source.ts';

export interface Loaded {
  readonly rows: number;
  readonly columns: readonly PlannedColumn[];
}

export async function loadTable(engine: Engine, source: TableSource): Promise<Loaded> {
  const loaded =
    source.values === 'typed' ? await loadTyped(engine, source) : await loadTexts(engine, source);
  if (source.expectedRows !== null && loaded.rows !== source.expectedRows) {
    throw new TableFailure(
      'ROWS_DISAGREE',
      `The file has ${source.expectedRows} records but ${loaded.rows} were loaded.`,
      'The engine reads the file differently from us; please report it with the file.',
    );
  }
  return loaded;
}

async function loadTexts(engine: Engine, source: TableSource): Promise<Loaded> {
  const indexes = source.names.map((_, index) => index);
  const texts = indexes.map((index) => `c${index}`).join(', ');
  const sample = await engine.rows(`SELECT ${texts} FROM ${source.relation} LIMIT ${SAMPLE_ROWS}`);
  const nulls = new Set(source.nullSpellings);
  const candidates = indexes.map((index) =>
    candidateOf(
      sample.map((row) => row[index] as string | null),
      source.hints[index] ?? 'any',
      nulls,
    ),
  );
  const numbers = indexes.flatMap((index) => {
    const cast = castOf(candidates[index] as Candidate, `c${index}`);
    return cast ? [`${cast} AS n${index}`] : [];
  });
  await engine.run(`CREATE TABLE t AS SELECT ${[texts, ...numbers].join(', ')} FROM ${source.relation}`);
  const rows = number((await engine.row('SELECT count(*) FROM t'))[0]);
  const columns: PlannedColumn[] = [];
  for (const index of indexes) {
    columns.push(await planText(engine, source, index, candidates[index] as Candidate, rows));
  }
  return { rows, columns };
}

async function loadTyped(engine: Engine, source: TableSource): Promise<Loaded> {
  const columns = source.names.map((_, index) => `c${index}`).join(', ');
  await engine.run(`CREATE TABLE t AS SELECT ${columns} FROM ${source.relation}`);
  const rows = number((await engine.row('SELECT count(*) FROM t'))[0]);
  const described = await engine.rows('DESCRIBE t');
  return {
    rows,
    columns: described.map((row, index) => planTyped(row, index, source.names[index] as string)),
  };
}
