/** What a kind says of a file that it does not analyse, and what to do about it. No retry mends it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}
