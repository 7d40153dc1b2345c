import { isKind, isResourceId } from '../../policy/ids.ts';
import { isPriority } from '../../policy/priority.ts';
import { LedgerError } from '../errors.ts';
import type { SubmitRequest } from '../ledger.ts';

const longestText = 1_000;
/** Half of a surrogate pair: no UTF-8, so Postgres would refuse it, or keep another text than was given. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Refuses what Postgres would refuse, before it travels in a statement with other callers' requests and takes them
 * down with it.
 */
export function checkRequest(request: SubmitRequest): void {
  const { kind, resourceId, priority, reason, idempotencyKey, requestedBy } = request;
  if (!isKind(kind)) throw invalid(`${JSON.stringify(kind)} is not a kind.`, 'Use a registered kind.');
  checkResourceId(resourceId);
  if (!isPriority(priority)) {
    throw invalid(`${priority} is not a priority.`, 'Use a whole number from 1 (first) to 5.');
  }
  const texts = { reason, idempotencyKey, actor: requestedBy.actor, owner: requestedBy.owner };
  for (const [name, text] of Object.entries(texts)) {
    if (text === undefined || isUsable(text)) continue;
    throw invalid(
      `${name} is not a usable text.`,
      `Use at most ${longestText} characters, none of them NUL or half of a surrogate pair.`,
    );
  }
}

function isUsable(text: string): boolean {
  return text.length <= longestText && !text.includes('\u0000') && !loneSurrogate.test(text);
}

export function checkResourceId(resourceId: string): void {
  if (isResourceId(resourceId)) return;
  const hint = 'Use letters, digits and . _ ~ - ; at most 128 characters, the first a letter or digit.';
  throw invalid(`${JSON.stringify(resourceId)} is not a resource id.`, hint);
}

function invalid(message: string, hint: string): LedgerError {
  return new LedgerError('INVALID_ARGUMENT', message, hint);
}
