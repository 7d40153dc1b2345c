/**
 * Makes markets/synthetic: `node make-prices.ts`. The prices are synthetic, a geometric random walk from a fixed seed, and
 * always the same; no stock of these names is meant. Two files are bad on purpose: TORN has a broken line, THIN few days.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

const folder = new URL('markets/synthetic/', import.meta.url);
const SYMBOLS =
  'ALDER ASPEN BEECH BIRCH CEDAR ELDER FIR HAZEL HOLLY LARCH LIME MAPLE OAK PINE ROWAN SPRUCE WILLOW YEW';
const DAYS = 260;

let state = 20_260_105;
/** Between 0 and 1; a linear congruential generator, the same on every machine. */
function random(): number {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
  return (state + 1) / (2 ** 32 + 1);
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

function tradingDays(count: number): readonly string[] {
  const days: string[] = [];
  for (let at = Date.UTC(2025, 0, 6); days.length < count; at += 86_400_000) {
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

function prices(days: readonly string[]): string[] {
  const drift = normal() * 0.0008;
  const volatility = 0.006 + random() * 0.025;
  let close = 20 + random() * 200;
  return days.map((date) => {
    const open = close;
    close *= Math.exp(drift + volatility * normal());
    const [low, high] = [Math.min(open, close) * 0.995, Math.max(open, close) * 1.005];
    const volume = Math.round(50_000 + random() * 900_000);
    return [date, ...[open, high, low, close].map((price) => price.toFixed(2)), volume].join(',');
  });
}

mkdirSync(folder, { recursive: true });
const save = (symbol: string, lines: readonly string[]) =>
  writeFileSync(
    new URL(`${symbol}.csv`, folder),
    `${['date,open,high,low,close,volume', ...lines].join('\n')}\n`,
  );

const days = tradingDays(DAYS);
for (const symbol of SYMBOLS.split(' ')) save(symbol, prices(days));
save('THIN', prices(days.slice(0, 12)));
const torn = prices(days);
torn[100] = `${days[100]},12.10,12.40,11.9`;
save('TORN', torn);
