/** A calculation that takes more memory than there is. */
export function calculate(): number {
  const taken: number[][] = [];
  for (;;) taken.push(Array.from({ length: 100_000 }, (_, index) => index + taken.length));
}
