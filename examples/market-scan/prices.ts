/** Reads a CSV of daily prices: a header that has `date` and `close`, one day a line, in order. */
import { StepFailure } from 'onceflow/activities';
import { type Day, LEAST_DAYS } from './indicators.ts';

const MOST_BYTES = 10_000_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Throws StepFailure NOT_PRICES or TOO_FEW_DAYS; `symbol` is for people. */
export function parsePrices(bytes: Uint8Array, symbol: string): readonly Day[] {
  if (bytes.byteLength > MOST_BYTES) throw notPrices(symbol, 'the file is larger than 10 MB');
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const [dateAt, closeAt] = [header.indexOf('date'), header.indexOf('close')];
  if (dateAt < 0 || closeAt < 0) throw notPrices(symbol, 'its first line names no columns date and close');
  const days: Day[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const cells = line.split(',');
    const [date, close] = [cells[dateAt]?.trim() ?? '', Number(cells[closeAt]?.trim() || 'none')];
    const follows = date > (days.at(-1)?.date ?? '');
    if (!DATE.test(date) || !follows)
      throw notPrices(symbol, `line ${index + 1} has no date after the one before`);
    if (!(close > 0) || !Number.isFinite(close)) throw notPrices(symbol, `line ${index + 1} has no price`);
    days.push({ date, close });
  }
  if (days.length < LEAST_DAYS) throw tooFewDays(symbol, days.length);
  return days;
}

function notPrices(symbol: string, why: string): StepFailure {
  return new StepFailure({
    code: 'NOT_PRICES',
    message: `The prices of ${symbol} cannot be read: ${why}.`,
    hint: 'Bring a CSV with the columns date (YYYY-MM-DD) and close, one day a line, oldest first.',
    retry: 'never',
  });
}

function tooFewDays(symbol: string, days: number): StepFailure {
  return new StepFailure({
    code: 'TOO_FEW_DAYS',
    message: `There are prices of ${symbol} for ${days} days.`,
    hint: `Bring at least ${LEAST_DAYS} days.`,
    retry: 'never',
  });
}
