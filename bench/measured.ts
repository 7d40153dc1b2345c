/** What one benchmark found about one input. */
export interface Measured {
  /** The input: `Sintel trailer`. */
  readonly name: string;
  /** Our figure divided by the yardstick's. */
  readonly ratio: number;
  /** The largest ratio that is good enough; the smallest, where more is better. */
  readonly goal: number;
  /** Default `less`: a ratio of times. `more`: one of rates. */
  readonly better?: 'less' | 'more';
  /** What the ratio is made of, units in the names: `decode_only_ms`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** What the command line says of how much is to be measured; absent: as much as a figure to be kept needs. */
export interface BenchOptions {
  readonly log: (line: string) => void;
  readonly times?: number;
  readonly light?: number;
  readonly heavy?: number;
  readonly analyses?: number;
}

export function reachesGoal({ ratio, goal, better = 'less' }: Measured): boolean {
  return better === 'less' ? ratio <= goal : ratio >= goal;
}

/** How far from its goal: above 1 it misses it. */
export function distanceFromGoal({ ratio, goal, better = 'less' }: Measured): number {
  // Where nothing may be left, each thing that is counts.
  if (goal === 0) return ratio === 0 ? 0 : 1 + ratio;
  return better === 'less' ? ratio / goal : goal / ratio;
}
