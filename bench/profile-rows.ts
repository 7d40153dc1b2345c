/** The table of the profiling benchmark: 12 columns of every sort, the same at every run. */
import { closeSync, openSync, writeSync } from 'node:fs';

const HEADER = 'id,user_id,amount,price,quantity,city,status,created_at,birthday,active,email,comment\n';
const CITIES = ['Berlin', 'Paris', 'London', 'Rome', 'Madrid', 'Vienna', 'Oslo', 'Dublin'];
const STATUSES = ['new', 'paid', 'shipped', 'returned'];
const ROWS_AT_ONCE = 10_000;

export function writeRows(path: string, rows: number): void {
  const file = openSync(path, 'w');
  try {
    const random = generator(12345);
    writeSync(file, HEADER);
    for (let row = 1; row <= rows; ) {
      let block = '';
      for (const end = Math.min(rows, row + ROWS_AT_ONCE - 1); row <= end; row += 1)
        block += lineOf(row, random);
      writeSync(file, block);
    }
  } finally {
    closeSync(file);
  }
}

function lineOf(row: number, random: () => number): string {
  const below = (most: number): number => Math.floor(random() * most);
  const user = below(200_000);
  const status = random() < 0.02 ? '' : STATUSES[below(4)];
  const day = `2024-0${1 + below(9)}-1${below(9)} 1${below(9)}:${10 + below(49)}:${10 + below(49)}`;
  const birthday = `19${50 + below(49)}-0${1 + below(9)}-1${below(9)}`;
  const numbers = `${(random() * 1000).toFixed(2)},${(random() * random() * 100 + row / 1e5).toFixed(6)},${below(20)}`;
  const comment = `"note ${below(1e9)}, ${CITIES[below(8)]}"`;
  return `${row},${user},${numbers},${CITIES[below(8)]},${status},${day},${birthday},${random() < 0.3},user${user}@example.org,${comment}\n`;
}

/** xorshift: random enough, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
