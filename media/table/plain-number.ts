/** Numbers as the result's JSON may hold them: finite or null, integers beyond 2^53 as digits. */
import type { Cell } from './engine.ts';
import type { Num } from './profile-shape.ts';

export function plain(cell: Cell | undefined): Num {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'bigint') {
    const safe = cell >= BigInt(Number.MIN_SAFE_INTEGER) && cell <= BigInt(Number.MAX_SAFE_INTEGER);
    return safe ? Number(cell) : cell.toString();
  }
  return finite(Number(cell));
}

/** Minus zero is zero. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
