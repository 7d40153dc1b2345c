/** What one benchmark found about one input. */
export interface Measured {
  /** The input: `Sintel trailer`. */
  readonly name: string;
  /** Our time divided by the yardstick's. */
  readonly ratio: number;
  /** The largest ratio that is good enough. */
  readonly goal: number;
  /** What the ratio is made of, units in the names: `decode_only_ms`. */
  readonly parts: Readonly<Record<string, number>>;
}
