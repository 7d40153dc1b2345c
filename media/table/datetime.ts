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
const TIME = '(?: \\d{1,2}:\\d{2}(?::\\d{2})?(?: [AP]M)?)?';
const TIMES = ['', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p'];

function written(format: string, shape: string): Spelling {
  const forms = TIMES.map((time) => literal(format + time)).join(', ');
  return { format, pattern: new RegExp(`^${shape}${TIME}$`, 'i'), moment: `try_strptime(v, [${forms}])` };
}

const ISO_LOCAL = "CASE WHEN v LIKE '____-__-__%' THEN TRY_CAST(v AS TIMESTAMP) END";
/** The engine wants seconds before a zone. */
const WITH_SECONDS =
  "CASE WHEN substr(v, 17, 1) IN ('Z', '+', '-') THEN concat(left(v, 16), ':00', substr(v, 17)) ELSE v END";
/** Ten times slower: it asks the calendar of the zone for each value. */
const ISO_ZONED = `CASE WHEN v LIKE '____-__-__%' THEN CAST(TRY_CAST(${WITH_SECONDS} AS TIMESTAMPTZ) AS TIMESTAMP) END`;

const MONTH_FIRST = '%m/%d/%Y';
const DAY_FIRST = '%d/%m/%Y';

const SPELLINGS: readonly Spelling[] = [
  { format: 'ISO 8601', pattern: ISO, moment: ISO_LOCAL },
  { format: 'ISO 8601', pattern: ISO, moment: ISO_ZONED },
  written('%Y/%m/%d', '\\d{4}/\\d{1,2}/\\d{1,2}'),
  written('%d.%m.%Y', '\\d{1,2}\\.\\d{1,2}\\.\\d{4}'),
  written(MONTH_FIRST, '\\d{1,2}/\\d{1,2}/\\d{4}'),
  written(DAY_FIRST, '\\d{1,2}/\\d{1,2}/\\d{4}'),
  written('%d-%m-%Y', '\\d{1,2}-\\d{1,2}-\\d{4}'),
  written('%d-%b-%Y', '\\d{1,2}-[a-z]{3}-\\d{4}'),
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
    if (found) return { ...found, n_either_order: await eitherOrder(engine, table, spelling, values) };
  }
  return null;
}

/** Values that are another day with the day first, where all of them may be read so; else 0. */
async function eitherOrder(
  engine: Engine,
  table: string,
  { format, moment }: Spelling,
  values: readonly string[],
): Promise<number> {
  if (format !== MONTH_FIRST || values.some((value) => Number.parseInt(value, 10) > 12)) return 0;
  const dayFirst = moment.replaceAll(MONTH_FIRST, DAY_FIRST);
  const [not, other] = await engine.row(
    `SELECT count(*) FILTER (${dayFirst} IS NULL), sum(c) FILTER (${dayFirst} <> ${moment}) FROM ${table}`,
  );
  return number(not) > 0 ? 0 : number(other);
}

async function measured(
  engine: Engine,
  table: string,
  { format, moment }: Spelling,
  nDistinct: number,
  now: string,
): Promise<Omit<Datetime, 'n_either_order'> | null> {
  const moments = `${table}_moments`;
  const zone =
    "ends_with(v, 'Z') OR CASE WHEN strlen(v) > 16 THEN regexp_matches(v, ':[0-9.]+[+-][0-9:]+$') ELSE false END";
  await engine.run(`CREATE TABLE ${moments} AS SELECT ${moment} AS m, c, ${zone} AS z FROM ${table}`);
  try {
    const [bad, min, max, future, zoned] = await engine.row(
      `SELECT count(*) FILTER (m IS NULL OR NOT isfinite(m)), CAST(min(m) AS VARCHAR), CAST(max(m) AS VARCHAR), sum(c) FILTER (m > CAST(${literal(now)} AS TIMESTAMP)), count(*) FILTER (z) FROM ${moments}`,
    );
    if (number(bad) > 0) return null;
    // A plain cast drops the zone: such columns are read again with it.
    if (number(zoned) > 0 && moment === ISO_LOCAL) return null;
    const steps = nDistinct <= MOST_FOR_GAPS && nDistinct > 2 ? await stepsOf(engine, moments) : NO_STEPS;
    return {
      format,
      min: iso(min as string | null),
      max: iso(max as string | null),
      range_s: secondsBetween(min as string | null, max as string | null),
      n_future: number(future),
      granularity: await granularityOf(engine, moments),
      zoned: number(zoned) === 0 ? 'none' : number(zoned) === nDistinct ? 'all' : 'mixed',
      ...steps,
    };
  } finally {
    await engine.run(`DROP TABLE ${moments}`);
  }
}

const NO_STEPS = { usual_step_s: null, n_gaps: null };
/** A step is usual when at least this share of all steps has its length. */
const USUAL_SHARE = 0.5;

/** The usual distance between neighbours, and how often it is exceeded. */
async function stepsOf(engine: Engine, moments: string): Promise<Pick<Datetime, 'usual_step_s' | 'n_gaps'>> {
  const ordered = `SELECT (u - lag(u) OVER (ORDER BY u)) / 1e6 AS step FROM (SELECT DISTINCT epoch_us(m) AS u FROM ${moments})`;
  const steps = await engine.rows(
    `SELECT step, count(*) AS c, sum(count(*)) OVER () FROM (${ordered}) WHERE step IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1`,
  );
  const [step, count, all] = steps[0] ?? [];
  // A step that was made once is no habit: three birthdays leave nothing out.
  if (number(count) < 2 || (share(number(count), number(all)) ?? 0) < USUAL_SHARE) return NO_STEPS;
  const [gaps] = await engine.row(`SELECT count(*) FILTER (step > ${number(step)}) FROM (${ordered})`);
  return { usual_step_s: number(step), n_gaps: number(gaps) };
}

const GRANULARITIES = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;

/** The coarsest part that says it all. By division: date_trunc takes ten times as long. */
async function granularityOf(engine: Engine, moments: string): Promise<Datetime['granularity']> {
  const divides = [1e6, 60e6, 3_600e6, 86_400e6].map((us) => `bool_and(epoch_us(m) % ${us} = 0)`);
  const whole = await engine.row(`SELECT ${divides.join(', ')} FROM ${moments}`);
  if (whole[3] === true) {
    whole.push(
      ...(await engine.row(
        `SELECT bool_and(day(m) = 1), bool_and(day(m) = 1 AND month(m) = 1) FROM ${moments}`,
      )),
    );
  }
  return GRANULARITIES[whole.lastIndexOf(true)] ?? 'subsecond';
}

function iso(text: string | null): string | null {
  return text === null ? null : text.replace(' ', 'T');
}

function secondsBetween(min: string | null, max: string | null): number | null {
  const moments = [min, max].map((text) => Date.parse(`${iso(text ?? '')}Z`));
  const seconds = ((moments[1] as number) - (moments[0] as number)) / 1000;
  return Number.isFinite(seconds) ? seconds : null;
}
