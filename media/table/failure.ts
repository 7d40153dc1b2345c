/** A named reason why a file cannot be profiled. It leaves the child as data; the step turns it into its own failure. */
export class TableFailure extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TableFailure';
    this.code = code;
    this.hint = hint;
  }
}
