/** What must be true of every result and every failure, whatever the kind. */
import { deepStrictEqual, fail, ok } from 'node:assert/strict';
import type { KindEntry } from '../client/kinds.ts';

/** Valid by the kind's own schema; without paths of the machine. */
export function judgeResult(entry: KindEntry, document: unknown, secrets: readonly string[]): void {
  const { kind, resultSchema } = entry.definition;
  ok(entry.result, `${kind} has no schema of its result`);
  const parsed = entry.result.safeParse(document);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    fail(`the result of ${kind} does not fit its schema: ${issues.slice(0, 5).join('; ')}`);
  }
  const { schema, status } = document as { readonly schema?: unknown; readonly status?: unknown };
  deepStrictEqual(schema, resultSchema, 'the result names its schema');
  ok(status === 'complete' || status === 'partial', 'the result says whether it is complete or partial');
  judgeText(JSON.stringify(document), secrets);
}

export interface FailureLike {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** A code for programs, a sentence and a hint for people, no path of the machine. */
export function judgeFailure(failure: FailureLike, code: string, secrets: readonly string[]): void {
  deepStrictEqual(failure.code, code, `the failure has the code ${code}: ${failure.message}`);
  ok(/^[A-Z][A-Z0-9_]*$/.test(failure.code), 'the code is made of capitals, digits and _');
  for (const part of ['message', 'hint'] as const) {
    ok(failure[part].trim().length > 3, `the ${part} of ${code} says something`);
    ok(!/(?<![\w.:/~-])\/[\w.-]+\/[\w.-]+/.test(failure[part]), `the ${part} of ${code} names a path`);
    judgeText(failure[part], secrets);
  }
}

function judgeText(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) ok(!text.includes(secret), `it names a path of this machine: ${secret}`);
}

/** The document without what two runs on one input may differ in. */
export function comparable(document: unknown, volatile: readonly string[] = []): unknown {
  const left = new Set(['steps', 'resource', ...volatile]);
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (value === null || typeof value !== 'object') return value;
    const kept = Object.entries(value).filter(([key]) => !left.has(key));
    return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner)]));
  };
  return strip(document);
}
