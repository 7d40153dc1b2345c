/** What a series of daily prices says. Pure; what too few days cannot tell is null. */
export interface Day {
  readonly date: string;
  readonly close: number;
}

export interface Indicators {
  readonly days: number;
  readonly from: string;
  readonly to: string;
  readonly last_close: number;
  /** Of the last `recentDays` trading days, in percent. */
  readonly return_recent_pct: number | null;
  /** From the first day to the last, in percent. */
  readonly return_total_pct: number;
  /** Standard deviation of daily log returns, scaled to a year of 252 days, in percent. */
  readonly volatility_year_pct: number;
  readonly average_20_days: number | null;
  readonly average_50_days: number | null;
  /** Wilder's relative strength index, 0 to 100. */
  readonly rsi_14_days: number | null;
  readonly drawdown_max_pct: number;
  readonly drawdown_from: string;
  readonly drawdown_to: string;
  readonly trend: 'up' | 'down' | null;
}

export const LEAST_DAYS = 30;
const TRADING_DAYS = 252;

/** `days` in order of their dates, at least LEAST_DAYS of them. */
export function indicatorsOf(days: readonly Day[], recentDays: number): Indicators {
  const closes = days.map(({ close }) => close);
  const first = days[0] as Day;
  const last = days.at(-1) as Day;
  const average20 = average(closes, 20);
  const average50 = average(closes, 50);
  return {
    days: days.length,
    from: first.date,
    to: last.date,
    last_close: last.close,
    return_recent_pct: changeOver(closes, recentDays),
    return_total_pct: round((last.close / first.close - 1) * 100),
    volatility_year_pct: round(deviation(logReturns(closes)) * Math.sqrt(TRADING_DAYS) * 100),
    average_20_days: average20,
    average_50_days: average50,
    rsi_14_days: relativeStrength(closes, 14),
    ...drawdown(days),
    trend: average20 === null || average50 === null ? null : average20 >= average50 ? 'up' : 'down',
  };
}

function changeOver(closes: readonly number[], days: number): number | null {
  const before = closes.at(-1 - days);
  return before === undefined ? null : round(((closes.at(-1) as number) / before - 1) * 100);
}

function logReturns(closes: readonly number[]): readonly number[] {
  return closes.slice(1).map((close, index) => Math.log(close / (closes[index] as number)));
}

/** Of a sample: divided by n - 1. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

function average(closes: readonly number[], days: number): number | null {
  if (closes.length < days) return null;
  return round(closes.slice(-days).reduce((sum, close) => sum + close, 0) / days);
}

/** The first average is a plain one; from there on each day counts one part in `days`. */
function relativeStrength(closes: readonly number[], days: number): number | null {
  if (closes.length <= days) return null;
  const changes = closes.slice(1).map((close, index) => close - (closes[index] as number));
  const start = changes.slice(0, days);
  let gain = start.reduce((sum, change) => sum + Math.max(change, 0), 0) / days;
  let loss = start.reduce((sum, change) => sum + Math.max(-change, 0), 0) / days;
  for (const change of changes.slice(days)) {
    gain = (gain * (days - 1) + Math.max(change, 0)) / days;
    loss = (loss * (days - 1) + Math.max(-change, 0)) / days;
  }
  if (gain + loss === 0) return 50;
  return round((100 * gain) / (gain + loss));
}

function drawdown(days: readonly Day[]) {
  let peak = days[0] as Day;
  let worst = { pct: 0, from: peak.date, to: peak.date };
  for (const day of days) {
    if (day.close > peak.close) peak = day;
    const pct = (1 - day.close / peak.close) * 100;
    if (pct > worst.pct) worst = { pct, from: peak.date, to: day.date };
  }
  return { drawdown_max_pct: round(worst.pct), drawdown_from: worst.from, drawdown_to: worst.to };
}

/** Four digits behind the point: prices have two. */
function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
