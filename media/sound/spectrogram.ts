/** A picture of the power over time and frequency, of a track whose length is not known before its end. */
import { BINS } from './frame-power.ts';
import { encodePng } from './png.ts';

const ROWS = 256;
const MOST_COLUMNS = 1_024;
/** What is drawn black; what is drawn brightest is the loudest of all. */
const RANGE_DB = 90;

export function spectrogram() {
  // Twice as many columns are kept while it grows, so that at least half as many are there in the end.
  const sums = new Float32Array(2 * MOST_COLUMNS * ROWS);
  const row = new Float32Array(ROWS);
  let [columns, framesPerColumn, inColumn] = [0, 1, 0];
  const halve = (): void => {
    for (let column = 0; column < columns; column += 2) {
      for (let at = 0; at < ROWS; at++) {
        const both = (sums[column * ROWS + at] as number) + (sums[(column + 1) * ROWS + at] as number);
        sums[(column >> 1) * ROWS + at] = both / 2;
      }
    }
    sums.fill(0, (columns >> 1) * ROWS);
    columns >>= 1;
    framesPerColumn *= 2;
  };
  return {
    add(power: Float64Array): void {
      rowsOf(power, row);
      if (inColumn === 0) columns++;
      const column = (columns - 1) * ROWS;
      for (let at = 0; at < ROWS; at++) {
        sums[column + at] = (sums[column + at] as number) + (row[at] as number) / framesPerColumn;
      }
      inColumn = inColumn + 1 === framesPerColumn ? 0 : inColumn + 1;
      if (inColumn === 0 && columns === 2 * MOST_COLUMNS) halve();
    },
    /** Null where there was no frame. */
    draw() {
      if (columns > MOST_COLUMNS) {
        if (columns % 2 === 1) columns++;
        halve();
      }
      if (columns === 0) return null;
      const size = { width: columns, height: ROWS, column_frames: framesPerColumn };
      return { ...size, range_db: RANGE_DB, png: paint(sums, columns) };
    },
  };
}

/** The loudest bin of each row: a tone stays to be seen. */
function rowsOf(power: Float64Array, row: Float32Array): void {
  for (let at = 0; at < ROWS; at++) {
    const from = Math.floor((at * (BINS - 1)) / ROWS);
    let most = 0;
    for (let bin = from; bin < ((at + 1) * (BINS - 1)) / ROWS; bin++)
      most = Math.max(most, power[bin] as number);
    row[at] = most;
  }
}

function paint(sums: Float32Array, columns: number): Buffer {
  const used = sums.subarray(0, columns * ROWS);
  let loudest = 0;
  for (const power of used) if (power > loudest) loudest = power;
  const pixels = Buffer.alloc(columns * ROWS * 3);
  for (let column = 0; column < columns; column++) {
    for (let at = 0; at < ROWS; at++) {
      const power = used[column * ROWS + at] as number;
      const db = power > 0 && loudest > 0 ? 10 * Math.log10(power / loudest) : -RANGE_DB;
      const pixel = ((ROWS - 1 - at) * columns + column) * 3;
      pixels.set(colourOf(Math.max(0, 1 + db / RANGE_DB)), pixel);
    }
  }
  return encodePng(columns, ROWS, pixels);
}

/** From black over violet and orange to pale yellow: brightness rises all the way, also for who sees no colours. */
const COLOURS: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [66, 10, 104],
  [147, 38, 103],
  [221, 81, 58],
  [252, 165, 10],
  [252, 255, 164],
];

function colourOf(share: number): readonly number[] {
  const place = share * (COLOURS.length - 1);
  const lower = Math.min(COLOURS.length - 2, Math.floor(place));
  const [from, to] = [COLOURS[lower] ?? [0, 0, 0], COLOURS[lower + 1] ?? [0, 0, 0]];
  return from.map((value, index) => Math.round(value + ((to[index] as number) - value) * (place - lower)));
}
