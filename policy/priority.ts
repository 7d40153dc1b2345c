/** Temporal's levels of priority: the smaller, the earlier. */
export const FIRST_PRIORITY = 1;
const LAST_PRIORITY = 5;
/** Of runs for which nobody named one. */
export const NORMAL_PRIORITY = 3;

export function isPriority(value: number): boolean {
  return Number.isInteger(value) && value >= FIRST_PRIORITY && value <= LAST_PRIORITY;
}
