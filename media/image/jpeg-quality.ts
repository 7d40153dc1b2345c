/** What the quantisation tables and sampling factors of a JPEG say about how it was compressed. */

/** Annex K of the standard, luminance, in zigzag order. */
const STANDARD_LUMA: readonly number[] = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/**
 * The quality at which libjpeg would make the table for luma, or the nearest one. `standard_tables`: exactly so; else
 * the encoder has tables of its own and the number only compares.
 */
export function qualityOf(
  segments: readonly Buffer[],
): { readonly estimate: number; readonly standard_tables: boolean } | null {
  const table = segments.flatMap(tablesOf).find(({ id }) => id === 0)?.values;
  if (!table) return null;
  let best = { estimate: 1, distance: Number.POSITIVE_INFINITY };
  for (let quality = 1; quality <= 100; quality++) {
    const distance = distanceTo(table, quality);
    // Of equals the higher one: 100 and 99 share no table, but low qualities saturate.
    if (distance <= best.distance) best = { estimate: quality, distance };
  }
  return { estimate: best.estimate, standard_tables: best.distance === 0 };
}

function distanceTo(table: readonly number[], quality: number): number {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return table.reduce((sum, value, index) => {
    const scaled = Math.floor(((STANDARD_LUMA[index] as number) * scale + 50) / 100);
    return sum + Math.abs(value - Math.min(255, Math.max(1, scaled)));
  }, 0);
}

function tablesOf(segment: Buffer): { readonly id: number; readonly values: readonly number[] }[] {
  const tables: { id: number; values: number[] }[] = [];
  let at = 0;
  while (at < segment.length) {
    const head = segment[at] as number;
    const width = head >> 4 === 0 ? 1 : 2;
    if (at + 1 + 64 * width > segment.length) break;
    const values = Array.from({ length: 64 }, (_, index) =>
      segment.readUIntBE(at + 1 + index * width, width),
    );
    tables.push({ id: head & 15, values });
    at += 1 + 64 * width;
  }
  return tables;
}

interface Factors {
  readonly h: number;
  readonly v: number;
}

const NAMES: Readonly<Record<string, string>> = {
  '1x1': '4:4:4',
  '2x1': '4:2:2',
  '2x2': '4:2:0',
  '1x2': '4:4:0',
  '4x1': '4:1:1',
  '4x2': '4:1:0',
};

/** Null where the chroma components differ from each other, or the ratio has no name. */
export function chromaName(luma: Factors, chroma: readonly Factors[]): string | null {
  const [first, second] = chroma;
  if (!first || first.h !== second?.h || first.v !== second.v) return null;
  return NAMES[`${luma.h / first.h}x${luma.v / first.v}`] ?? null;
}
