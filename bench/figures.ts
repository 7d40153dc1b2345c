/** Figures of many measurements. All of them expect at least one value. */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest value that at least the share `q` of them does not exceed. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

/** What is told of a distribution, each with its unit in the name. */
export function distribution(name: string, values: readonly number[], unit: string): Record<string, number> {
  const at = (q: number): number => rounded(quantile(values, q));
  return {
    [`${name}_p50_${unit}`]: at(0.5),
    [`${name}_p90_${unit}`]: at(0.9),
    [`${name}_p99_${unit}`]: at(0.99),
    [`${name}_most_${unit}`]: at(1),
  };
}

/** Does the work of every item, at most `most` at a time. */
export async function atMost<Item>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next] as Item;
      next += 1;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
}
