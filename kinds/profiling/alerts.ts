/** What in a profile deserves a look, each with the threshold that it crossed. */
import type { Alert } from '../envelope.ts';
import { columnAlerts, quoted } from './column-rules.ts';
import { fileAlerts } from './file-rules.ts';
import type { TableProfile } from './profile.ts';
import type { Finding } from './result.ts';

export function alertsOf(profile: TableProfile, mismatch: string | null): Alert[] {
  const found = [
    ...fileAlerts(profile, mismatch),
    ...datasetAlerts(profile),
    ...profile.columns.flatMap(columnAlerts),
    ...pairAlerts(profile),
  ];
  return found.map((one) => ({ ...one, where: one.where ?? null }));
}

/** ydata-profiling counts groups of duplicated rows here, not copies. */
const DUPLICATES_ABOVE = 0.01;
const CORRELATION_FROM = 0.5;

function datasetAlerts({ dataset }: TableProfile): Finding[] {
  const p = dataset.p_duplicate_row_groups ?? 0;
  if (dataset.n_rows === 0) {
    return [
      {
        code: 'NO_ROWS',
        severity: 'warning',
        message: 'The table has a header and no rows.',
        value: 0,
        threshold: 0,
      },
    ];
  }
  if (p <= DUPLICATES_ABOVE) return [];
  const message = `${dataset.n_duplicate_row_groups} rows occur more than once, with ${dataset.n_duplicate_rows_extra} copies.`;
  return [{ code: 'DUPLICATES', severity: 'warning', message, value: p, threshold: DUPLICATES_ABOVE }];
}

function pairAlerts({ pairs, columns }: TableProfile): Finding[] {
  const dull = new Set(
    columns.filter((column) => column.is_unique && column.text !== null).map(({ name }) => name),
  );
  const strengths = [
    ...pairs.numeric.map(({ a, b, spearman }) => ({ a, b, strength: spearman, measure: "Spearman's rho" })),
    ...pairs.categorical
      // Where every value is its own category, any two columns go together.
      .filter(({ a, b }) => !dull.has(a) && !dull.has(b))
      .map(({ a, b, cramers_v }) => ({ a, b, strength: cramers_v, measure: "Cramer's V" })),
  ];
  return strengths.flatMap(({ a, b, strength, measure }) => {
    if (strength === null || Math.abs(strength) < CORRELATION_FROM) return [];
    const message = `${quoted(a)} and ${quoted(b)} go together: ${measure} ${strength.toFixed(3)}.`;
    const where = `${a}, ${b}`;
    return [
      {
        code: 'HIGH_CORRELATION',
        severity: 'info',
        message,
        where,
        value: strength,
        threshold: CORRELATION_FROM,
      },
    ];
  });
}
