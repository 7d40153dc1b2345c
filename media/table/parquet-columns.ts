/** What a Parquet file says of its columns, where the engine tells or reads them otherwise. */
import { type Engine, literal } from './engine.ts';

export interface ParquetColumn {
  /** As the file has it: the engine renames those that differ in case alone. */
  readonly name: string;
  /** SQL of the engine's value, made right. */
  readonly value: (column: string) => string;
}

interface Field {
  readonly name: string;
  readonly children: number;
  readonly physical: string;
  readonly bytes: number;
  readonly scale: number;
  readonly precision: number;
}

/** In the order of the columns, of which the engine told these names. */
export async function parquetColumns(
  engine: Engine,
  path: string,
  told: readonly string[],
): Promise<readonly ParquetColumn[]> {
  const columns = topLevel(await fieldsOf(engine, path));
  const names = new Set(columns.map(({ name }) => name));
  // Two of one name are told apart by the engine's names alone.
  if (names.size === told.length && columns.length === told.length) return columns;
  return told.map((name) => ({ name, value: asItIs }));
}

const asItIs: ParquetColumn['value'] = (column) => column;

async function fieldsOf(engine: Engine, path: string): Promise<readonly Field[]> {
  const rows = await engine.rows(
    `SELECT name, num_children, type, type_length, scale, precision FROM parquet_schema(${literal(path)})`,
  );
  return rows.map(([name, children, physical, bytes, scale, precision]) => ({
    name: String(name),
    children: Number(children ?? 0),
    physical: String(physical),
    bytes: Number(bytes ?? 0),
    scale: Number(scale ?? 0),
    precision: Number(precision ?? 0),
  }));
}

function topLevel(fields: readonly Field[]): readonly ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  // The first is the file itself; the fields of each stand behind it.
  for (let at = 1; at < fields.length; at = behind(fields, at)) {
    const field = fields[at] as Field;
    columns.push({ name: field.name, value: valueOf(field) });
  }
  return columns;
}

function behind(fields: readonly Field[], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (fields[at]?.children ?? 0) && next < fields.length; child += 1) {
    next = behind(fields, next);
  }
  return next;
}

/** Of decimals that its own type holds. */
const MOST_DIGITS = 38;
const WORD_BYTES = 8;

/**
 * Decimals of more digits the engine (DuckDB 1.5.5) reads as doubles, eight bytes at a time, and takes what is left over
 * for the upper bytes of a word; of a negative one, whose bytes are the complement, the 1 is added to that.
 */
function valueOf({ physical, precision, bytes, scale }: Field): ParquetColumn['value'] {
  const over = bytes % WORD_BYTES;
  if (physical !== 'FIXED_LEN_BYTE_ARRAY' || precision <= MOST_DIGITS || over === 0) return asItIs;
  const factor = `${2 ** (8 * (WORD_BYTES - over))}`;
  const unit = `1e${scale}`;
  return (column) =>
    `CASE WHEN ${column} < 0 THEN ((${column} * ${unit} + 1) / ${factor} - 1) / ${unit} ELSE ${column} / ${factor} END`;
}
