export function calculate({ one, other }: { readonly one: number; readonly other: number }): number {
  return one + other;
}
