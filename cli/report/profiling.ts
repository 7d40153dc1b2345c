import type { ProfilingResult } from '../../client/index.ts';
import { number, plain, rebin, size, sparkline, table } from '../text.ts';

const histogramWidth = 20;
const mostColumns = 60;

/** One line a column, with a small histogram or the most frequent values. */
export function profilingSection(document: ProfilingResult): string {
  const { columns } = document.profiling;
  const shown = columns.slice(0, mostColumns);
  const head = ['column', 'type', 'missing', 'distinct', 'min', 'mean', 'max', ''];
  const lines = shown.map((column) => [
    plain(column.name, 24),
    column.logical_type,
    share(column.p_missing),
    column.n_distinct.toLocaleString('en-US'),
    ...range(column),
    picture(column),
  ]);
  const more = columns.length > mostColumns ? `\n… and ${columns.length - mostColumns} more columns` : '';
  return [fileLine(document), '', table([head, ...lines], [2, 3, 4, 5, 6]) + more, strongest(document)]
    .filter((line, index) => line !== '' || index === 1)
    .join('\n');
}

/** What the headline does not say: how the file was read, and which rows are odd. */
function fileLine({ resource, profiling }: ProfilingResult): string {
  const { format, rows, dataset } = profiling;
  const delimiter = format.delimiter === null ? '' : `separated by ${JSON.stringify(format.delimiter)}`;
  return [
    size(resource.bytes),
    format.compression === 'none' ? '' : (format.compression ?? ''),
    format.encoding ?? '',
    delimiter,
    rows.n_rejected > 0 ? `${rows.n_rejected.toLocaleString('en-US')} rows rejected` : '',
    rows.n_padded > 0 ? `${rows.n_padded.toLocaleString('en-US')} rows padded` : '',
    `${dataset.n_duplicate_rows_extra.toLocaleString('en-US')} duplicate rows`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

type Column = ProfilingResult['profiling']['columns'][number];

function share(value: number | null): string {
  if (value === null) return '–';
  return value === 0 ? '0' : `${(value * 100).toFixed(value < 0.01 ? 2 : 1)}%`;
}

function range(column: Column): readonly [string, string, string] {
  if (column.numeric) {
    return [number(column.numeric.min), number(column.numeric.mean), number(column.numeric.max)];
  }
  if (column.datetime)
    return [plain(column.datetime.min ?? '–', 19), '', plain(column.datetime.max ?? '–', 19)];
  return ['', '', ''];
}

function picture(column: Column): string {
  const counts = column.numeric?.histogram?.counts;
  if (counts) return sparkline(rebin(counts, histogramWidth));
  if (column.is_unique) return 'all different';
  return column.top
    .slice(0, 3)
    .map((one) => `${plain(String(one.value), 16)} ${one.count.toLocaleString('en-US')}`)
    .join(', ');
}

function strongest({ profiling }: ProfilingResult): string {
  const pairs = profiling.pairs.numeric
    .filter((pair) => Math.abs(pair.spearman ?? 0) >= 0.5)
    .sort((a, b) => Math.abs(b.spearman ?? 0) - Math.abs(a.spearman ?? 0))
    .slice(0, 5);
  if (pairs.length === 0) return '';
  const lines = pairs.map((pair) => {
    return `  ${plain(pair.a, 24)} ~ ${plain(pair.b, 24)}  Spearman ${(pair.spearman ?? 0).toFixed(3)}, Pearson ${number(pair.pearson)}`;
  });
  return `\nStrongest pairs\n${lines.join('\n')}`;
}
