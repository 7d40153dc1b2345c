/** One column from its plan to its profile. */
import { codeCategories, MOST_CATEGORIES, PAIRED_COLUMNS } from './category-pairs.ts';
import { datetimeOf } from './datetime.ts';
import type { Engine } from './engine.ts';
import { type Common, commonOf, countValues } from './frequency.ts';
import type { TableOptions } from './job.ts';
import { looksBoolean } from './cell-kind.ts';
import { evidenceOf } from './evidence.ts';
import type { PlannedColumn } from './plan.ts';
import { findingsOf, logicalOfText, meaningOf } from './logical.ts';
import { numericOf } from './numeric.ts';
import { share } from './plain-number.ts';
import type { Column, CountedValue, Evidence, LogicalType } from './profile-shape.ts';
import type { TableSource } from './source.ts';
import { sampleValues, textOf } from './text.ts';

export interface ColumnWork {
  readonly engine: Engine;
  readonly source: TableSource;
  readonly options: TableOptions;
  readonly rows: number;
}

/** `ranked` names the table of counted numbers, kept for rank correlation. */
export interface MeasuredColumn {
  readonly column: Column;
  readonly plan: PlannedColumn;
  readonly ranked: string | null;
  /** SQL of the number of its category, for columns of few values. */
  readonly categories: string | null;
}

export async function measureColumn(work: ColumnWork, plan: PlannedColumn): Promise<MeasuredColumn> {
  if (plan.treatment === 'numeric') return numericColumn(work, plan);
  const { engine, options } = work;
  const table = await countValues(engine, plan);
  const common = await commonOf(engine, table);
  const sample = await sampleValues(engine, table, common.nDistinct);
  const fewValues = common.nDistinct <= 6 && sample.values.length === common.nDistinct;
  const isBoolean =
    plan.physical === 'boolean' || (plan.hint !== 'text' && fewValues && looksBoolean(sample.values));
  const datetime = isBoolean ? null : await datetimeOf(engine, table, sample, common.nDistinct, options.now);
  const meaning = isBoolean || datetime ? null : await meaningOf(engine, table, sample);
  const findings = isBoolean || datetime ? [] : await findingsOf(engine, table, sample);
  const text = await textOf(engine, table, common.nDistinct, sample);
  const few = common.nDistinct > 1 && common.nDistinct <= MOST_CATEGORIES && plan.index < PAIRED_COLUMNS;
  const categories = few ? await codeCategories(engine, table, plan.index, plan.value) : null;
  await engine.run(`DROP TABLE ${table}`);
  const found = findings.map(({ what, count, condition }) => ({
    what,
    count,
    where: `(${plan.value}) IS NOT NULL AND ${condition.replaceAll(/\bv\b/g, `(${plan.value})`)}`,
  }));
  const logical = isBoolean ? 'boolean' : datetime ? 'datetime' : meaning;
  const column: Column = {
    ...(await baseOf(work, plan, common, found)),
    physical_type: physicalOf(plan, isBoolean, common.count),
    logical_type:
      nested(plan) ?? constantOr(common, logical ?? logicalOfText(common.nDistinct, common.count, sample)),
    ...(isBoolean ? booleanParts(common) : {}),
    text,
    datetime,
  };
  return { column, plan, ranked: null, categories };
}

function physicalOf(plan: PlannedColumn, isBoolean: boolean, count: number): Column['physical_type'] {
  if (count === 0 && plan.declared === null) return 'empty';
  if (plan.hint === 'moment') return 'timestamp';
  return isBoolean ? 'boolean' : plan.hint === 'nested' ? 'nested' : plan.physical;
}

function nested(plan: PlannedColumn): LogicalType | null {
  if (plan.hint === 'nested' || plan.physical === 'nested') return 'json';
  return plan.physical === 'binary' ? 'unsupported' : null;
}

function constantOr(common: Common, logical: LogicalType): LogicalType {
  return common.nDistinct === 1 ? 'constant' : logical;
}

/** `True`, `true` and `TRUE` are one value. */
function booleanParts(common: Common): Partial<Column> {
  const count = (wanted: boolean): CountedValue => ({
    value: wanted,
    count: common.top
      .filter(({ value }) => (String(value).toLowerCase() === 'true') === wanted)
      .reduce((sum, value) => sum + value.count, 0),
  });
  const values = [count(true), count(false)].filter((value) => value.count > 0);
  const top = [...values].sort((a, b) => b.count - a.count);
  const n_unique = values.filter((value) => value.count === 1).length;
  return {
    top,
    rare: [...top].reverse(),
    n_distinct: values.length,
    p_distinct: share(values.length, common.count),
    n_unique,
    p_unique: share(n_unique, common.count),
    is_unique: common.count > 0 && values.length === common.count,
    boolean: { n_true: count(true).count, n_false: count(false).count },
  };
}

async function numericColumn(work: ColumnWork, plan: PlannedColumn): Promise<MeasuredColumn> {
  const { numeric, table } = await numericOf(work.engine, plan);
  const common = await commonOf(work.engine, table);
  const paired = plan.index < PAIRED_COLUMNS;
  if (!paired) await work.engine.run(`DROP TABLE ${table}`);
  const column: Column = {
    ...(await baseOf(work, plan, common, [])),
    logical_type: constantOr(common, common.count === 0 ? 'unsupported' : 'numeric'),
    numeric,
  };
  return { column, plan, ranked: paired ? table : null, categories: null };
}

async function baseOf(
  { engine, source, rows }: ColumnWork,
  plan: PlannedColumn,
  common: Common,
  found: PlannedColumn['misfits'],
): Promise<Column> {
  const evidence: Evidence[] = [];
  for (const misfit of [...plan.misfits, ...found])
    evidence.push(await evidenceOf(engine, source, plan, misfit));
  const missing = rows - common.count;
  return {
    index: plan.index,
    name: plan.name,
    physical_type: plan.physical,
    declared_type: plan.declared,
    logical_type: 'text',
    ...{ n: rows, count: common.count, n_missing: missing, p_missing: share(missing, rows) },
    null_spellings: plan.nullSpellings,
    n_distinct: common.nDistinct,
    p_distinct: share(common.nDistinct, common.count),
    n_unique: common.nUnique,
    p_unique: share(common.nUnique, common.count),
    is_unique: common.count > 0 && common.nDistinct === common.count,
    ...{ top: common.top, rare: common.rare, fingerprint: common.fingerprint },
    ...{ numeric: null, text: null, datetime: null, boolean: null },
    evidence,
  };
}
