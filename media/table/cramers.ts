/** Cramer's V with the bias correction of Bergsma, from a table of counts, as ydata-profiling computes it. */
export interface CrossCount {
  readonly a: string;
  readonly b: string;
  readonly count: number;
}

/** 0 (independent) to 1; null where fewer than two rows have both values. */
export function cramersV(cells: readonly CrossCount[]): number | null {
  const rows = totals(cells, (cell) => cell.a);
  const columns = totals(cells, (cell) => cell.b);
  const n = cells.reduce((sum, cell) => sum + cell.count, 0);
  if (n < 2) return null;
  const [r, k] = [rows.size, columns.size];
  const phi2 = chiSquared(cells, rows, columns, n) / n;
  const corrected = Math.max(0, phi2 - ((k - 1) * (r - 1)) / (n - 1));
  const smaller = Math.min(k - (k - 1) ** 2 / (n - 1), r - (r - 1) ** 2 / (n - 1)) - 1;
  if (smaller === 0) return 1;
  const v = Math.sqrt(corrected / smaller);
  return Number.isFinite(v) ? v : null;
}

/** Yates' correction applies at one degree of freedom. */
function chiSquared(
  cells: readonly CrossCount[],
  rows: ReadonlyMap<string, number>,
  columns: ReadonlyMap<string, number>,
  n: number,
): number {
  const degrees = (rows.size - 1) * (columns.size - 1);
  if (degrees === 0) return 0;
  const seen = new Map<string, Map<string, number>>();
  for (const { a, b, count } of cells) {
    const row = seen.get(a) ?? new Map<string, number>();
    seen.set(a, row.set(b, count));
  }
  let sum = 0;
  for (const [a, rowTotal] of rows) {
    for (const [b, columnTotal] of columns) {
      const expected = (rowTotal * columnTotal) / n;
      const distance = Math.abs((seen.get(a)?.get(b) ?? 0) - expected);
      const used = degrees === 1 ? distance - Math.min(0.5, distance) : distance;
      sum += (used * used) / expected;
    }
  }
  return sum;
}

function totals(cells: readonly CrossCount[], key: (cell: CrossCount) => string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const cell of cells) sums.set(key(cell), (sums.get(key(cell)) ?? 0) + cell.count);
  return sums;
}
