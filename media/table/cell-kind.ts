/** What a single text looks like. Used on samples to choose candidates; columns are decided over all rows elsewhere. */
export const CellKind = {
  empty: 'empty',
  integer: 'integer',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  text: 'text',
} as const;
export type CellKind = (typeof CellKind)[keyof typeof CellKind];

export const INTEGER = /^\s*[+-]?\d+\s*$/;
export const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$|^\s*[+-]?inf(?:inity)?\s*$/i;
export const DECIMAL_COMMA = /^\s*[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+\s*$/;
/** May as well be a whole number in groups of thousands. */
const GROUPED = /^\s*[+-]?[1-9]\d{0,2}(?:,\d{3})+\s*$/;

/** Whether a comma is before a fraction in these, beyond doubt. */
export function hasDecimalComma(texts: readonly string[]): boolean {
  return texts.some((text) => DECIMAL_COMMA.test(text) && !GROUPED.test(text));
}
const BOOLEAN = /^(?:true|false)$/i;
const DATE = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T]\d|$)|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?:[ T]\d|$)/;

export function kindOfCell(text: string): CellKind {
  if (text.trim() === '') return CellKind.empty;
  if (INTEGER.test(text)) return CellKind.integer;
  if (DECIMAL.test(text) || DECIMAL_COMMA.test(text)) return CellKind.decimal;
  if (BOOLEAN.test(text)) return CellKind.boolean;
  return DATE.test(text) ? CellKind.date : CellKind.text;
}

/** Spellings that pandas 1.x reads as missing. */
export const PANDAS_MISSING: readonly string[] = [
  '',
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'n/a',
  'nan',
  'null',
];

export function looksBoolean(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => kindOfCell(value) === CellKind.boolean);
}
