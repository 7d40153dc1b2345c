/** Is a column of texts a column of moments, and what are they? Decided over all distinct values. */
import { type Engine, literal, number } from './engine.ts';
import { share } from './plain-number.ts';
import type { Datetime } from './profile-shape.ts';
import type { ValueSample } from './text.ts';

interface Spelling {
  readonly format: string;
  readonly pattern: RegExp;
  /** SQL of a moment from `v`, NULL where it is none. */
  readonly moment: string;
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const TIME = '(?: \\d{1,2}:\\d{2}(?::\\d{2})?)?';

function written(format: string, shape: string): Spelling {
  const forms = [format, `${format} %H:%M`, `${format} %H:%M:%S`].map(literal).join(', ');
  return { format, pattern: new RegExp(`^${shape}${TIME}$`), moment: `try_strptime(v, [${forms}])` };
}

const SPELLINGS: readonly Spelling[] = [
  {
    format: 'ISO 8601',
    pattern: ISO,
    moment: "CASE WHEN v LIKE '____-__-__%' THEN CAST(TRY_CAST(v AS TIMESTAMPTZ) AS TIMESTAMP) END",
  },
  written('%Y/%m/%d', '\\d{4}/\\d{1,2}/\\d{1,2}'),
  written('%d.%m.%Y', '\\d{1,2}\\.\\d{1,2}\\.\\d{4}'),
  written('%m/%d/%Y', '\\d{1,2}/\\d{1,2}/\\d{4}'),
  written('%d/%m/%Y', '\\d{1,2}/\\d{1,2}/\\d{4}'),
  written('%d-%m-%Y', '\\d{1,2}-\\d{1,2}-\\d{4}'),
];

/** Distinct moments beyond this number are not searched for gaps. */
const MOST_FOR_GAPS = 1_000_000;

/** Null where one value is no moment in every spelling that the sample allows. */
export async function datetimeOf(
  engine: Engine,
  table: string,
  { values }: ValueSample,
  nDistinct: number,
  now: string,
): Promise<Datetime | null> {
  if (values.length === 0) return null;
  for (const spelling of SPELLINGS) {
    if (!values.every((value) => spelling.pattern.test(value))) continue;
    const found = await measured(engine, table, spelling, nDistinct, now);
    if (found) return found;
  }
  return null;
}

async function measured(
  engine: Engine,
  table: string,
  { format, moment }: Spelling,
  nDistinct: number,
  now: string,
): Promise<Datetime | null> {
  const parts = ['second', 'minute', 'hour', 'day', 'month'] as const;
  const parted = parts.map((part) => `bool_and(date_trunc('${part}', m) = m)`).join(', ');
  const [bad, min, max, future, zoned, seconds, minutes, hours, days, months, years] = await engine.row(
    `SELECT count(*) FILTER (m IS NULL OR NOT isfinite(m)), CAST(min(m) AS VARCHAR), CAST(max(m) AS VARCHAR), sum(c) FILTER (m > CAST(${literal(now)} AS TIMESTAMPTZ)), count(*) FILTER (z), ${parted}, bool_and(date_trunc('year', m) = m) FROM (SELECT ${moment} AS m, c, regexp_matches(v, ':[0-9.]+(Z|[+-][0-9:]+)$') AS z FROM ${table})`,
  );
  if (number(bad) > 0) return null;
  const steps = nDistinct <= MOST_FOR_GAPS && nDistinct > 2 ? await stepsOf(engine, table, moment) : NO_STEPS;
  return {
    format,
    min: iso(min as string | null),
    max: iso(max as string | null),
    range_s: secondsBetween(min as string | null, max as string | null),
    n_future: number(future),
    granularity: granularityOf([years, months, days, hours, minutes, seconds].map(Boolean)),
    zoned: number(zoned) === 0 ? 'none' : number(zoned) === nDistinct ? 'all' : 'mixed',
    ...steps,
  };
}

const NO_STEPS = { usual_step_s: null, n_gaps: null };
/** A step is usual when at least this share of all steps has its length. */
const USUAL_SHARE = 0.5;

/** The usual distance between neighbours, and how often it is exceeded. */
async function stepsOf(
  engine: Engine,
  table: string,
  moment: string,
): Promise<Pick<Datetime, 'usual_step_s' | 'n_gaps'>> {
  const ordered = `SELECT epoch(m) - lag(epoch(m)) OVER (ORDER BY m) AS step FROM (SELECT DISTINCT ${moment} AS m FROM ${table})`;
  const steps = await engine.rows(
    `SELECT step, count(*) AS c, sum(count(*)) OVER () FROM (${ordered}) WHERE step IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1`,
  );
  const [step, count, all] = steps[0] ?? [];
  if ((share(number(count), number(all)) ?? 0) < USUAL_SHARE) return NO_STEPS;
  const [gaps] = await engine.row(`SELECT count(*) FILTER (step > ${number(step)}) FROM (${ordered})`);
  return { usual_step_s: number(step), n_gaps: number(gaps) };
}

const GRANULARITIES = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

function granularityOf(whole: readonly boolean[]): Datetime['granularity'] {
  const index = whole.findIndex(Boolean);
  return index < 0 ? 'subsecond' : (GRANULARITIES[index] as Datetime['granularity']);
}

function iso(text: string | null): string | null {
  return text === null ? null : text.replace(' ', 'T');
}

function secondsBetween(min: string | null, max: string | null): number | null {
  const moments = [min, max].map((text) => Date.parse(`${iso(text ?? '')}Z`));
  const seconds = ((moments[1] as number) - (moments[0] as number)) / 1000;
  return Number.isFinite(seconds) ? seconds : null;
}
