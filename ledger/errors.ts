/** Errors of the ledger itself; answers such as "the resource was deleted" are values, not errors, except in a caller's transaction. */
export type LedgerErrorCode =
  | 'POOL_EXHAUSTED'
  | 'LEDGER_UNREACHABLE'
  | 'LEDGER_BUSY'
  | 'LEDGER_TIMEOUT'
  | 'LEDGER_NOT_DURABLE'
  | 'LEDGER_NOT_MIGRATED'
  | 'INVALID_ARGUMENT'
  | 'CONFLICT'
  | 'FORBIDDEN'
  | 'REASON_REQUIRED'
  | 'RESOURCE_DELETED'
  | 'RESOURCE_UNKNOWN'
  | 'IDEMPOTENCY_KEY_REUSED';

export class LedgerError extends Error {
  readonly code: LedgerErrorCode;
  /** The next thing to do. */
  readonly hint: string;

  constructor(code: LedgerErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LedgerError';
    this.code = code;
    this.hint = hint;
  }
}

/** Thrown when no connection became free within the pool's wait. Nothing was sent to Postgres. */
export class PoolExhaustedError extends LedgerError {
  constructor(waitMs: number, max: number, cause?: unknown) {
    const hint = 'Try again, send fewer calls at once, or raise ONCEFLOW_POOL_MAX.';
    super('POOL_EXHAUSTED', `All ${max} connections were busy for ${waitMs} ms.`, hint, cause);
    this.name = 'PoolExhaustedError';
  }
}

/** The key was used by another call that is being answered at this moment; the repeated call gets that answer. */
export class KeyTakenError extends LedgerError {
  constructor() {
    const hint = 'Repeat the call: it then gets the answer of the one that used the key first.';
    super('LEDGER_BUSY', 'Another call with the same idempotency key is being answered.', hint);
    this.name = 'KeyTakenError';
  }
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOENT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'ECONNABORTED',
  // This process stood still within a transaction, which Postgres ended meanwhile.
  '25P03',
  '25P04',
]);
/**
 * Serialisation failure, deadlock, a lock not had in time; 0A000: a migration changed what a prepared statement answers,
 * its connection is given up.
 */
const tryAgain = new Set(['40001', '40P01', '55P03', '0A000']);

/** Classes of SQLSTATE: no connection, not let in, no such database, no room (too many clients among them), ended or starting. */
const unreachableClasses = ['08', '28', '3D', '53', '57P'];
/** A primary that became a standby by fail-over. */
const readOnly = '25006';
/** No schema, table, or column: not migrated, or not as far as this version. */
const notMigrated = new Set(['3F000', '42P01', '42703']);

/** What the driver says of a connection that ended, or that did not answer in time. */
const lostTexts =
  /Connection terminated|Client has encountered a connection error|not queryable|Query read timeout/;

/** SQLSTATE or system code of an error, if it has one. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** A typed error of a transaction that was rolled back and may succeed when repeated: `tryAgain` says why. */
export function isRepeatable(error: unknown): boolean {
  return error instanceof LedgerError && tryAgain.has(codeOf(error.cause));
}

/**
 * What one request is told of an error that is its own: its analysis is locked, or Postgres refuses one of its values
 * (class 22). Null: the error is the ledger's, and concerns every request.
 */
export function errorOfOneRequest(error: unknown): LedgerError | null {
  if (error instanceof LedgerError) return error.code === 'LEDGER_BUSY' ? error : null;
  if (!codeOf(error).startsWith('22')) return null;
  const message = `Postgres refuses a value of this request: ${(error as Error).message}.`;
  return new LedgerError(
    'INVALID_ARGUMENT',
    message,
    'Look for a text or number that is out of the usual.',
    error,
  );
}

/** Gives driver errors our codes; anything else (a bug, a broken rule of the database) passes unchanged. */
export function typedError(error: unknown): unknown {
  if (error instanceof LedgerError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : '';
  const lost =
    unreachable.has(code) || code === readOnly || unreachableClasses.some((start) => code.startsWith(start));
  if (lost || lostTexts.test(text)) {
    return unreachableBy(error);
  }
  if (tryAgain.has(code)) {
    const hint =
      'Another transaction, or a migration, holds what the call needs; try again when it has ended.';
    return new LedgerError('LEDGER_BUSY', 'The ledger is locked by another transaction.', hint, error);
  }
  if (code === '57014') {
    return new LedgerError('LEDGER_TIMEOUT', 'A ledger statement ran past its limit.', 'Try again.', error);
  }
  if (notMigrated.has(code)) {
    const hint = 'Run `onceflow migrate` against this database first.';
    const message = 'The database lacks tables of Onceflow, or columns of this version.';
    return new LedgerError('LEDGER_NOT_MIGRATED', message, hint, error);
  }
  return error;
}

/** A connection that is not made, for whatever reason: of some the driver says neither code nor class. */
export function connectError(error: unknown): LedgerError {
  const typed = typedError(error);
  return typed instanceof LedgerError ? typed : unreachableBy(error);
}

function unreachableBy(cause: unknown): LedgerError {
  const hint = 'Check that Postgres runs and that ONCEFLOW_DATABASE_URL is right; the call may be repeated.';
  return new LedgerError('LEDGER_UNREACHABLE', refusals[codeOf(cause).slice(0, 2)] ?? away, hint, cause);
}

const away = 'The ledger (Postgres) cannot be reached.';
const refusals: Readonly<Record<string, string>> = {
  '28': 'The ledger (Postgres) is there, but does not let this user in.',
  '3D': 'The ledger (Postgres) is there, but has no such database.',
};
