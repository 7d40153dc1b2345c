/** Parquet is read by the engine itself, in place. */
import type { Engine } from './engine.ts';
import { literal } from './engine.ts';
import { TableFailure } from './failure.ts';
import { parquetColumns } from './parquet-columns.ts';
import { NO_ROWS_LOST, PLAIN_FORMAT, type TableSource } from './source.ts';

/** Throws PARQUET_CORRUPT. */
export async function readParquetTable(engine: Engine, path: string): Promise<TableSource> {
  try {
    const file = literal(path);
    const schema = await engine.rows(`DESCRIBE SELECT * FROM read_parquet(${file})`);
    const [groups, createdBy] = await engine.row(
      `SELECT num_row_groups, created_by FROM parquet_file_metadata(${file})`,
    );
    const codecs = await engine.rows(`SELECT DISTINCT compression FROM parquet_metadata(${file}) ORDER BY 1`);
    const [rows] = await engine.row(`SELECT count(*) FROM read_parquet(${file})`);
    const told = schema.map(([name]) => String(name));
    const columns = await parquetColumns(engine, path, told);
    const names = columns.map(({ name }) => name);
    const numbered = columns.map((_, index) => `c${index}`);
    const values = columns.map(({ value }, index) => `${value(`c${index}`)} AS c${index}`);
    return {
      values: 'typed',
      relation: `(SELECT ${values.join(', ')} FROM read_parquet(${file}) AS parquet(${numbered.join(', ')}))`,
      names,
      hints: names.map(() => 'any' as const),
      nullSpellings: [],
      missingRule: 'Parquet null, and NaN in floating-point columns',
      format: {
        ...PLAIN_FORMAT,
        container: 'parquet',
        mime: 'application/vnd.apache.parquet',
        header_reason: 'the schema names the columns',
        parquet: {
          row_groups: Number(groups),
          codecs: codecs.map(([codec]) => String(codec)),
          created_by: String(createdBy ?? ''),
        },
      },
      rows: NO_ROWS_LOST,
      expectedRows: Number(rows),
      lineOf: () => null,
    };
  } catch (error) {
    throw asCorrupt(error);
  }
}

/** DuckDB's own words are for its developers and may hold paths; they stay behind as the cause. */
export function asCorrupt(error: unknown): TableFailure {
  return new TableFailure(
    'PARQUET_CORRUPT',
    'The Parquet file begins and ends as one, but what is between cannot be decoded.',
    'It is damaged: write or copy it again.',
    { cause: error },
  );
}
