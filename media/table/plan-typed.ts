/** Columns that the file itself types (Parquet). */
import type { Cell } from './engine.ts';
import { finiteOrInfinite, type PlannedColumn, type Treatment } from './plan.ts';
import type { PhysicalType } from './profile-shape.ts';

const TYPED: readonly (readonly [RegExp, Treatment, PhysicalType, (value: string) => string])[] = [
  [/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/, 'numeric', 'integer', (value) => value],
  [/^DECIMAL\(\d+,0\)$/, 'numeric', 'integer', (value) => `CAST(${value} AS HUGEINT)`],
  [/^DECIMAL/, 'numeric', 'decimal', (value) => `CAST(${value} AS DOUBLE)`],
  [/^(?:FLOAT|DOUBLE)$/, 'numeric', 'decimal', (value) => finiteOrInfinite(`CAST(${value} AS DOUBLE)`)],
  [/^BOOLEAN$/, 'boolean', 'boolean', (value) => `CAST(${value} AS VARCHAR)`],
  [/^DATE$/, 'text', 'date', (value) => `CAST(${value} AS VARCHAR)`],
  [/^TIMESTAMP/, 'text', 'timestamp', (value) => `CAST(${value} AS VARCHAR)`],
  [/^TIME/, 'text', 'time', (value) => `CAST(${value} AS VARCHAR)`],
  [/^BLOB$/, 'text', 'binary', (value) => `CAST(${value} AS VARCHAR)`],
  [/^(?:STRUCT|MAP|.*\[\d*\]$)/, 'text', 'nested', (value) => `CAST(to_json(${value}) AS VARCHAR)`],
];

export function planTyped(described: readonly Cell[], index: number, name: string): PlannedColumn {
  const declared = String(described[1]);
  const found = TYPED.find(([pattern]) => pattern.test(declared));
  const [, treatment, physical, sql] = found ?? [
    null,
    'text',
    'text',
    (value: string) => `CAST(${value} AS VARCHAR)`,
  ];
  const value = sql(`c${index}`);
  const common = {
    index,
    name,
    declared,
    hint: physical === 'nested' ? 'nested' : 'any',
    nullSpellings: [],
    misfits: [],
  } as const;
  return {
    ...common,
    treatment,
    physical,
    value,
    raw: value,
  };
}
