/** Where the price files are: MARKETS names the folder of all markets; by default it is the one that comes with this. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StepFailure } from 'onceflow/activities';

const shipped = fileURLToPath(new URL('../markets/', import.meta.url));

/** Both come from params that their schema has checked: neither can lead out of the folder. */
function pathOf(market: string, symbol?: string): string {
  const folder = join(process.env['MARKETS'] ?? shipped, market);
  return symbol === undefined ? folder : join(folder, `${symbol}.csv`);
}

/** In order. Throws StepFailure MARKET_UNKNOWN. */
export async function symbolsOf(market: string): Promise<readonly string[]> {
  const names = await readdir(pathOf(market)).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT' ? unknownMarket(market, cause) : cause;
  });
  const symbols = names.filter((name) => name.endsWith('.csv')).map((name) => name.slice(0, -'.csv'.length));
  if (symbols.length === 0) throw unknownMarket(market);
  return symbols.sort();
}

/** Null: the market has no prices of it. */
export async function readPrices(market: string, symbol: string): Promise<Uint8Array | null> {
  return readFile(pathOf(market, symbol)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
}

export function shortHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

function unknownMarket(market: string, cause?: unknown): StepFailure {
  return new StepFailure({
    code: 'MARKET_UNKNOWN',
    message: `There are no prices of a market ${market}.`,
    hint: 'Name a folder of price files, or set MARKETS to the folder that it lies in.',
    retry: 'never',
    cause,
  });
}
