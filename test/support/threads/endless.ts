/** A calculation that never ends by itself. */
export function calculate(): never {
  for (;;);
}
