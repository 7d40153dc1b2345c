/** From a measured profile to the result that people and programs read. */
import { counted } from '../counted.ts';
import type { StepRecord } from '../envelope.ts';
import { alertsOf } from './alerts.ts';
import type { TableColumn, TableProfile } from './profile.ts';
import type { ProfilingResult } from './result.ts';

export interface Resource {
  readonly id: string;
  readonly sha256: string | null;
  readonly bytes: number;
  readonly name: string;
}

const CONVENTIONS: Readonly<Record<string, string>> = {
  distinct: 'n_distinct: different values; n_unique: values that occur once; shares are of the non-missing',
  numbers: 'std and variance with n-1, skewness G1, kurtosis G2 (excess), quantiles linear, mad unscaled',
  infinities: 'mean, std, sum, minimum and maximum leave infinities out; quantiles order them',
  lengths: 'in code points',
  duplicates:
    'missing equals missing; extra: copies beyond the first; groups: rows that occur more than once',
  cramers_v: 'bias-corrected, Yates at one degree of freedom; numeric columns in 10 equal-width bins',
  spearman: 'average ranks of the rows that have both values',
  fingerprint:
    'xor of the engine hash of each value and its count: equal for equal columns of one engine version',
  exact:
    'every statistic is computed over all rows; patterns, letter case and scripts over sampled_values distinct values',
};

const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  csv: ['csv', 'txt', 'tsv', 'tab', 'dat', 'log'],
  tsv: ['tsv', 'tab', 'txt', 'csv', 'dat'],
  json: ['json', 'geojson', 'txt'],
  ndjson: ['ndjson', 'jsonl', 'json', 'log', 'txt'],
  parquet: ['parquet', 'pq'],
  xlsx: ['xlsx', 'xlsm'],
};

export function composeResult(
  resource: Resource,
  profile: TableProfile,
  steps: readonly StepRecord[],
): ProfilingResult {
  const { format, dataset, rows } = profile;
  const declared = extensionOf(resource.name);
  const mismatch = declared !== null && !EXTENSIONS[format.container]?.includes(declared);
  const misnamed = `The name ends in .${declared} but the content is ${format.container.toUpperCase()}.`;
  const lost = rows.n_rejected + format.invalid_sequences > 0;
  return {
    schema: 'analysis.profiling/1',
    resource: {
      ...resource,
      detectedType: { mime: format.mime, container: format.container, by: 'content' },
      declaredType: declared,
      mismatch,
    },
    status: lost ? 'partial' : 'complete',
    steps: [...steps],
    summary: summaryOf(profile),
    alerts: alertsOf(profile, mismatch ? misnamed : null),
    coverage: {
      rows: dataset.n_rows,
      of: dataset.n_rows + rows.n_rejected,
      sampled: false,
      method: 'every row',
    },
    profiling: {
      ...profile,
      conventions: { ...CONVENTIONS, missing: profile.missing_rule },
      table_schema: tableSchema(profile),
    },
  };
}

/** The extension under a compression's: `table.csv.gz` says csv. */
function extensionOf(name: string): string | null {
  const bare = name.replace(/\.(?:gz|zst|zstd)$/i, '');
  return /\.([A-Za-z0-9]{1,8})$/.exec(bare)?.[1]?.toLowerCase() ?? null;
}

function summaryOf({ dataset, columns, format, rows }: TableProfile): ProfilingResult['summary'] {
  const types = new Map<string, number>();
  for (const { logical_type } of columns) types.set(logical_type, (types.get(logical_type) ?? 0) + 1);
  const missing =
    dataset.p_cells_missing === null ? '' : `${percent(dataset.p_cells_missing)} of cells missing`;
  return {
    headline: `${counted(dataset.n_rows, 'row')}, ${counted(dataset.n_columns, 'column')} of ${format.container.toUpperCase()}`,
    facts: [
      [...types].map(([type, count]) => `${count} ${type}`).join(', '),
      missing,
      `${counted(dataset.n_duplicate_rows_extra, 'duplicate row')}`,
      rows.n_rejected > 0 ? `${counted(rows.n_rejected, 'row')} rejected` : '',
      dataset.primary_key_candidates.length > 0
        ? `possible keys: ${dataset.primary_key_candidates.join(', ')}`
        : '',
    ].filter((fact) => fact !== ''),
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.001 && share > 0 ? 3 : 1)} %`;
}

function tableSchema({ columns, dataset }: TableProfile): ProfilingResult['profiling']['table_schema'] {
  const spelled = columns.flatMap((column) => column.null_spellings.map(({ spelling }) => spelling));
  return {
    fields: columns.map((column) => ({
      name: column.name,
      type: fieldType(column),
      constraints: { required: column.n_missing === 0, unique: column.is_unique },
    })),
    missingValues: [...new Set(['', ...spelled])].toSorted(),
    primaryKey: dataset.primary_key_candidates.slice(0, 1),
  };
}

function fieldType(column: TableColumn): string {
  if (column.datetime) return column.datetime.granularity === 'day' ? 'date' : 'datetime';
  if (column.physical_type === 'integer') return 'integer';
  if (column.physical_type === 'decimal') return 'number';
  if (column.physical_type === 'boolean') return 'boolean';
  return column.physical_type === 'nested' ? 'object' : 'string';
}
