/** The truth check's page: a table of metrics, each disagreement, what was not compared, the count. */
import type { Comparison } from './compare.ts';

/** What became of one record for one kind. */
export interface Verdict {
  readonly item: string;
  readonly kind: string;
  readonly metric: string;
  readonly outcome: 'agrees' | 'disagrees' | 'unmapped' | 'failed' | 'kind-missing';
  readonly comparisons: readonly Comparison[];
  readonly why?: string;
}

export function reportOf(verdicts: readonly Verdict[], leftOut: Readonly<Record<string, string>>): string {
  const failed = verdicts.filter(({ outcome }) => isFailure(outcome)).length;
  const passed = verdicts.filter(({ outcome }) => outcome === 'agrees').length;
  const sections = [
    metricTable(verdicts),
    listed('Disagreements', disagreements(verdicts)),
    listed('Not analysed', named(verdicts, 'failed')),
    listed('Unmapped', named(verdicts, 'unmapped')),
    listed('Kinds that do not exist yet', missingKinds(verdicts)),
    listed(
      'Left out',
      Object.entries(leftOut).map(([key, reason]) => `${key}: ${reason}`),
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n\n${passed} passed, ${failed} failed`;
}

export function isFailure(outcome: Verdict['outcome']): boolean {
  return outcome === 'disagrees' || outcome === 'unmapped' || outcome === 'failed';
}

function metricTable(verdicts: readonly Verdict[]): string {
  const groups = new Map<string, Comparison[]>();
  for (const { kind, comparisons } of verdicts) {
    for (const comparison of comparisons) {
      const name = `${kind} ${comparison.metric}`;
      groups.set(name, [...(groups.get(name) ?? []), comparison]);
    }
  }
  const rows = [...groups].map(([name, comparisons]) => [
    name,
    String(comparisons.length),
    String(comparisons.filter(({ agrees }) => agrees).length),
    largest(comparisons),
    [...new Set(comparisons.map(({ tolerance }) => tolerance))].join(' / '),
  ]);
  return aligned([['metric', 'compared', 'agreeing', 'largest difference', 'tolerance'], ...rows]);
}

function largest(comparisons: readonly Comparison[]): string {
  const differences = comparisons.flatMap(({ difference }) => (difference === null ? [] : [difference]));
  if (differences.length === 0) return '-';
  const most = differences.reduce((a, b) => Math.max(a, b));
  return most === 0 ? '0' : most.toExponential(1);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function disagreements(verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap(({ item, kind, comparisons }) =>
    comparisons
      .filter(({ agrees }) => !agrees)
      .map(({ metric, key, expected, actual, tolerance }) => {
        const place = key === '' ? metric : `${metric} of ${key}`;
        return `${item} (${kind}) ${place}: expected ${shown(expected)}, got ${shown(actual)} (${tolerance})`;
      }),
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function named(verdicts: readonly Verdict[], outcome: Verdict['outcome']): string[] {
  return verdicts
    .filter((verdict) => verdict.outcome === outcome)
    .map(({ item, kind, metric, why }) => `${item} (${kind}) ${metric}${why ? `: ${why}` : ''}`);
}

function missingKinds(verdicts: readonly Verdict[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, outcome } of verdicts) {
    if (outcome === 'kind-missing') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${kind}: ${count} records`);
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
