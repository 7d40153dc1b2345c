import { ConfigError } from '../config/errors.ts';
import type { LedgerRefusal } from '../ledger/ledger.ts';
import { KindModuleError } from '../outside/errors.ts';

/** Stable: programs branch on them. Each is thrown when ... */
export const errorCodes = [
  /** the resource was never put, and no source came with the submit. */
  'RESOURCE_UNKNOWN',
  /** the resource was deleted. */
  'RESOURCE_DELETED',
  /** `onDuplicate: 'reject'` met a run or a result. */
  'CONFLICT',
  /** the role declared at `connect` does not allow it. */
  'FORBIDDEN',
  /** a second run of a completed no-repeat analysis was asked for without a reason. */
  'REASON_REQUIRED',
  /** an argument does not have the form that the call asks for. */
  'INVALID_ARGUMENT',
  /** a setting does not have the form that it needs. */
  'CONFIG_INVALID',
  /** neither a file nor an installed package has the name of a kind module. */
  'KIND_MODULE_NOT_FOUND',
  /** a kind module does not load, or what it exports is no kind. */
  'KIND_MODULE_BROKEN',
  /** a kind module brings a kind whose name is taken. */
  'KIND_TAKEN',
  /** no connection of the pool became free in the stated wait. */
  'POOL_EXHAUSTED',
  /** Postgres cannot be reached, or no stack runs. */
  'LEDGER_UNREACHABLE',
  /** another transaction holds the analysis for too long. */
  'LEDGER_BUSY',
  /** a statement ran past its limit. */
  'LEDGER_TIMEOUT',
  /** Postgres would lose what it has already answered in a crash. */
  'LEDGER_NOT_DURABLE',
  /** the database has no tables of Onceflow, or newer ones. */
  'LEDGER_NOT_MIGRATED',
  /** one idempotency key came with two different requests. */
  'IDEMPOTENCY_KEY_REUSED',
  /** Temporal cannot be reached, and the call cannot do without it. */
  'TEMPORAL_UNREACHABLE',
  /** the analysis or run asked about does not exist. */
  'NEVER_SUBMITTED',
  /** the standing result has no hashes to compare images by. */
  'NOT_COMPARABLE',
  /** `result` waited for a run that failed. */
  'ANALYSIS_FAILED',
  /** `result` waited for a run that was cancelled. */
  'ANALYSIS_CANCELLED',
  /** there is no history, or no such point in it, to reset to. */
  'RESET_IMPOSSIBLE',
  /** the store of artefacts could not be read or changed. */
  'STORE_UNUSABLE',
  /** `timeoutMs` passed; the analysis goes on. */
  'TIMEOUT',
  /** the client was closed. */
  'CLOSED',
] as const;
export type ErrorCode = (typeof errorCodes)[number] | (string & {});

export interface ErrorIds {
  readonly kind?: string;
  readonly resourceId?: string;
  readonly generation?: number;
  readonly runId?: string;
  readonly workflowId?: string;
  /** Of the analysis' own failure, e.g. `NOT_A_VIDEO`. */
  readonly failureCode?: string;
}

/** The one class of error that the client throws. `hint` says what to do next. */
export class OnceflowError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly ids: ErrorIds;

  constructor(error: { code: ErrorCode; message: string; hint: string; ids?: ErrorIds; cause?: unknown }) {
    super(error.message, { cause: error.cause });
    this.name = 'OnceflowError';
    this.code = error.code;
    this.hint = error.hint;
    this.ids = Object.freeze({ ...error.ids });
  }
}

export function invalid(message: string, hint: string, ids: ErrorIds = {}): OnceflowError {
  return new OnceflowError({ code: 'INVALID_ARGUMENT', message, hint, ids });
}

export function fromRefusal(refusal: LedgerRefusal): OnceflowError {
  return new OnceflowError({
    code: refusal.code,
    message: refusal.message,
    hint: refusal.hint,
    ids: {
      kind: refusal.kind,
      resourceId: refusal.resourceId,
      workflowId: `${refusal.kind}:${refusal.resourceId}`,
      ...(refusal.generation === null ? {} : { generation: refusal.generation }),
    },
  });
}

export function fromConfigError(error: unknown): unknown {
  if (!(error instanceof ConfigError)) return error;
  return new OnceflowError({
    code: 'CONFIG_INVALID',
    message: error.message,
    hint: error.hint,
    cause: error,
  });
}

export function fromKindModuleError(error: unknown): unknown {
  if (!(error instanceof KindModuleError)) return error;
  const { code, message, hint } = error;
  return new OnceflowError({ code, message, hint, cause: error });
}

export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException('This operation was aborted', 'AbortError');
}
