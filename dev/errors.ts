/** Why the embedded stack could not do what was asked. Codes are stable. */
export type StackErrorCode =
  /** No way to get a Temporal binary worked. */
  | 'TEMPORAL_CLI_NOT_FOUND'
  /** The binary that the configuration names does not run, or is too old. */
  | 'TEMPORAL_CLI_UNUSABLE'
  | 'TEMPORAL_START_FAILED'
  | 'POSTGRES_START_FAILED'
  /** No Postgres binaries for this platform, or no account to run them under. */
  | 'POSTGRES_UNAVAILABLE'
  /** The data were written by another major version of Postgres. */
  | 'POSTGRES_VERSION'
  /** Another process holds the start lock of this data directory for too long. */
  | 'STACK_BUSY'
  /** Another process owns the stack of this data directory, and its servers do not answer. */
  | 'STACK_UNHEALTHY'
  /** The data directory cannot be made or written. */
  | 'DATA_DIRECTORY_UNUSABLE'
  /** The stack that runs on this data directory was started without kinds that are asked for now. */
  | 'STACK_WITHOUT_KINDS'
  /** A worker ended again and again. */
  | 'WORKER_FAILED';

export class StackError extends Error {
  readonly code: StackErrorCode;
  /** The next thing to do. */
  readonly hint: string;

  constructor(code: StackErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StackError';
    this.code = code;
    this.hint = hint;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
