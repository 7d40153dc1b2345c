/** How many characters of which sort, over the whole text. */
import { CATEGORIES, categoryIndex, SPACE } from './code-points.ts';
import { SCRIPTS, scriptIndex } from './scripts.ts';

export interface CharacterCounts {
  readonly code_points: number;
  readonly code_points_without_whitespace: number;
  readonly utf16_units: number;
  readonly non_ascii: number;
  /** By general category, `Lu` to `Cn`; those that occur. */
  readonly categories: Readonly<Record<string, number>>;
  readonly major_categories: Readonly<Record<string, number>>;
  /** By Unicode's Script property, without what all scripts share. */
  readonly scripts: Readonly<Record<string, number>>;
  readonly common_to_scripts: number;
}

export interface CharacterStream {
  add(codePoint: number, flags: number): void;
  end(): CharacterCounts;
}

const SHARED = new Set(['Common', 'Inherited', 'Unknown']);

export function characterStream(): CharacterStream {
  const ascii = new Float64Array(128);
  const categories = new Float64Array(CATEGORIES.length);
  const scripts = new Float64Array(SCRIPTS.length);
  let spaces = 0;
  let nonAscii = 0;
  let astral = 0;

  const classify = (codePoint: number, count: number): void => {
    const category = categoryIndex(codePoint);
    categories[category] = (categories[category] as number) + count;
    const script = scriptIndex(codePoint);
    scripts[script] = (scripts[script] as number) + count;
  };

  return {
    add(codePoint, flags) {
      if ((flags & SPACE) !== 0) spaces += 1;
      if (codePoint < 128) {
        ascii[codePoint] = (ascii[codePoint] as number) + 1;
        return;
      }
      nonAscii += 1;
      if (codePoint > 0xffff) astral += 1;
      classify(codePoint, 1);
    },
    end() {
      for (const [codePoint, count] of ascii.entries()) if (count > 0) classify(codePoint, count);
      const codePoints = nonAscii + ascii.reduce((sum, count) => sum + count, 0);
      return {
        code_points: codePoints,
        code_points_without_whitespace: codePoints - spaces,
        utf16_units: codePoints + astral,
        non_ascii: nonAscii,
        categories: occurring([...categories].map((count, index) => [CATEGORIES[index] as string, count])),
        major_categories: majorOf(categories),
        ...scriptsOf(scripts),
      };
    },
  };
}

function scriptsOf(counts: Float64Array): Pick<CharacterCounts, 'scripts' | 'common_to_scripts'> {
  const named = [...counts].map((count, index) => [SCRIPTS[index] as string, count] as const);
  return {
    scripts: occurring(named.filter(([name]) => !SHARED.has(name))),
    common_to_scripts: named.reduce((sum, [name, count]) => sum + (SHARED.has(name) ? count : 0), 0),
  };
}

/** Most first. */
function occurring(counts: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(counts.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]));
}

function majorOf(categories: Float64Array): Record<string, number> {
  const majors = new Map<string, number>();
  for (const [index, count] of categories.entries()) {
    const major = (CATEGORIES[index] as string).charAt(0);
    majors.set(major, (majors.get(major) ?? 0) + count);
  }
  return occurring([...majors]);
}
