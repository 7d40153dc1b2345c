/** What a column of texts means: identifiers, addresses, places, or what nobody should have put into a table. */
import { type Engine, number } from './engine.ts';
import { hasDecimalComma } from './cell-kind.ts';
import type { LogicalType } from './profile-shape.ts';
import type { ValueSample } from './text.ts';

/** SQL regular expressions (RE2) and the same in JavaScript. */
const MEANINGS: readonly (readonly [LogicalType, string])[] = [
  ['url', '(?:https?|ftp)://[^\\s/?#]+\\S*'],
  ['email', '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}'],
  ['id', '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'],
  ['geo', '-?[0-9]{1,2}\\.[0-9]+[,; ] ?-?[0-9]{1,3}\\.[0-9]+'],
];

const PERSONAL: readonly (readonly [string, string])[] = [
  ['pii-email', '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}'],
  ['pii-phone', '\\+[0-9][0-9 ()/-]{7,17}[0-9]'],
  ['pii-iban', '[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?'],
  ['pii-card', '[3-6][0-9]{3}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{3,4}'],
];

/** Categories are few and repeat. */
const MOST_CATEGORIES = 100;
const MOST_CATEGORY_SHARE = 0.5;

/** A meaning that the sample shows, confirmed over all distinct values. */
export async function meaningOf(
  engine: Engine,
  table: string,
  sample: ValueSample,
): Promise<LogicalType | null> {
  if (sample.values.length === 0) return null;
  for (const [meaning, expression] of MEANINGS) {
    const pattern = new RegExp(`^(?:${expression})$`);
    if (!sample.values.every((value) => pattern.test(value))) continue;
    const [other] = await engine.row(
      `SELECT count(*) FROM ${table} WHERE NOT regexp_full_match(v, '${expression}')`,
    );
    if (number(other) === 0) return meaning;
  }
  return sample.values.every(isJsonText) ? 'json' : null;
}

function isJsonText(value: string): boolean {
  if (!/^\s*[[{]/.test(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/** Text that is neither: categorical while it repeats, an id while it never does and has no spaces. */
export function logicalOfText(nDistinct: number, count: number, sample: ValueSample): LogicalType {
  if (count === 0) return 'unsupported';
  if (nDistinct === 1) return 'constant';
  if (nDistinct <= MOST_CATEGORIES && nDistinct / count <= MOST_CATEGORY_SHARE) return 'categorical';
  const idLike = sample.values.every((value) => /^[\w.:-]{1,64}$/.test(value) && /\d/.test(value));
  return nDistinct === count && count > 1 && idLike ? 'id' : 'text';
}

/** Texts that a spreadsheet would run: `=`, `@`, tab or return first, or a sign that no number follows. */
const FORMULA = "regexp_matches(v, '^[=@\\t\\r]|^[+-][^0-9.\\s]')";
/** All of them sort before `A`: most texts need no regular expression. */
const MAYBE_FORMULA = `CASE WHEN v < 'A' THEN ${FORMULA} ELSE false END`;

export interface Finding {
  readonly what: string;
  readonly count: number;
  /** SQL over the column's value, `{v}` standing for it. */
  readonly condition: string;
}

/** Findings over all values; `v` in the conditions stands for the value. */
export async function findingsOf(engine: Engine, table: string, sample: ValueSample): Promise<Finding[]> {
  const findings: Finding[] = [];
  const count = async (what: string, condition: string): Promise<void> => {
    const [found] = await engine.row(`SELECT sum(c) FROM ${table} WHERE ${condition}`);
    if (number(found) > 0) findings.push({ what, count: number(found), condition });
  };
  await count('formula', MAYBE_FORMULA);
  for (const [what, expression] of PERSONAL) {
    const pattern = new RegExp(`^(?:${expression})$`);
    if (sample.values.some((value) => pattern.test(value)))
      await count(what, `regexp_full_match(v, '${expression}')`);
  }
  if (hasDecimalComma(sample.values)) {
    await count('decimal-comma', "regexp_full_match(v, '[+-]?[0-9.]+,[0-9]+')");
  }
  return findings;
}
