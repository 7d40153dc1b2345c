/** Small pieces of text for people: durations, sizes, bars. Pure. */

/** `1:23.4`, `1:02:03.4`. */
export function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = `${String(whole % 60).padStart(2, '0')}.${tenths % 10}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `850 ms`, `12.3 s`, `4 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three significant digits. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < sizeUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${sizeUnits[unit]}`;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `width` cells, filled to `fraction` (0 to 1). */
export function bar(fraction: number, width: number): string {
  const cells = Math.max(0, Math.min(1, fraction)) * width;
  const full = Math.floor(cells);
  const part = eighths[Math.floor((cells - full) * 8)] ?? '';
  return ('█'.repeat(full) + part).padEnd(width, '·');
}

const ticks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** One column per count, scaled to the largest; an empty bin is a space. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(...counts, 0);
  if (most === 0) return '';
  return counts
    .map((count) => (count === 0 ? ' ' : ticks[Math.min(7, Math.floor((count / most) * 7.999))]))
    .join('');
}

/**
 * At most `width` bins of equal width. A count that lies across two of them is shared out: given to one as a whole, an
 * even histogram of 50 bins would look like a saw on 20 columns.
 */
export function rebin(counts: readonly number[], width: number): readonly number[] {
  if (counts.length <= width) return counts;
  const step = counts.length / width;
  return Array.from({ length: width }, (_, bin) => {
    const [from, to] = [bin * step, (bin + 1) * step];
    const first = Math.floor(from);
    return counts.slice(first, Math.ceil(to)).reduce((sum, count, offset) => {
      const index = first + offset;
      return sum + count * (Math.min(index + 1, to) - Math.max(index, from));
    }, 0);
  });
}

/** Four significant digits, without trailing zeros; `–` for nothing. */
export function number(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return value.toLocaleString('en-US');
  const rounded = Number(value.toPrecision(4));
  return Math.abs(rounded) >= 1000 && Math.abs(rounded) < 1e9
    ? rounded.toLocaleString('en-US')
    : String(rounded);
}

/** Printable on one line: control characters shown as escapes, cut to `width`. */
export function plain(text: string, width = 60): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  const characters = [...safe];
  return characters.length <= width ? safe : `${characters.slice(0, width - 1).join('')}…`;
}

/** Columns padded to their widest cell; `right` lists the columns aligned to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, [...cell].length);
    });
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => {
        const gap = ' '.repeat((widths[index] ?? 0) - [...cell].length);
        return right.includes(index) ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
