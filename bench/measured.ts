/** What one benchmark found. */
export interface Measured {
  /** What was measured, with its input: `sintel trailer`. */
  readonly name: string;
  /** Our time divided by the yardstick's. */
  readonly ratio: number;
  /** The largest ratio that is good enough. */
  readonly goal: number;
  /** Named times in seconds: ours, the yardstick's, and what ours is made of. */
  readonly parts: Readonly<Record<string, number>>;
}
