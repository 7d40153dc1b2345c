/** What every answer about bad input must be: typed, plain, final, and finite. */
import { expect } from 'vitest';
import type {
  AudioResult,
  LargeFileResult,
  OnceflowError,
  ProfilingResult,
  UploadResult,
  TextResult,
  VideoResult,
} from '../../../client/index.ts';
import type { Product } from '../product.ts';

interface Documents {
  readonly video: VideoResult;
  readonly audio: AudioResult;
  readonly profiling: ProfilingResult;
  readonly text: TextResult;
  readonly upload: UploadResult;
  readonly 'large-file': LargeFileResult;
}
export type Kind = keyof Documents;

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

interface Asked {
  readonly kind: Kind;
  readonly resourceId: string;
  readonly generation?: number;
}

/** The failure of a run, which is final, plain, and took exactly one attempt of the step that failed. */
export async function refusalOf(product: Product, asked: Asked): Promise<Refusal> {
  const error = await product.client.result(asked, { timeoutMs: 120_000 }).then(
    ({ document }) => {
      throw new Error(`completed: ${JSON.stringify(document).slice(0, 500)}`);
    },
    (thrown: OnceflowError) => thrown,
  );
  expect(error.code, error.message).toBe('ANALYSIS_FAILED');
  const steps = await product.client.steps(asked);
  const failed = steps.filter((step) => step.state !== 'finished');
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ state: 'failed', attempts: 1 });
  const refusal = { code: String(error.ids.failureCode), message: error.message, hint: error.hint };
  expectPlain(refusal);
  expect(failed[0]?.failure).toMatchObject(refusal);
  const events = JSON.stringify(await product.client.events(asked));
  expect(events).not.toMatch(PATH_OR_STACK);
  return refusal;
}

const PATH_OR_STACK = /(?:^|[\s"'(:=])\/[A-Za-z][\w.-]*\/|file:\/\/|node_modules|\n\s+at |\.ts:\d/;

/** A stable code, a sentence and a hint, without a path or a stack in any. */
export function expectPlain({ code, message, hint }: Refusal): void {
  expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
  expect(code).not.toMatch(/CRASHED|STEP_/);
  expect(message).toMatch(/^\S.*\S.*[.]?$/s);
  expect(message.length).toBeGreaterThan(15);
  expect(hint.length).toBeGreaterThan(10);
  for (const text of [message, hint]) expect(text).not.toMatch(PATH_OR_STACK);
}

/** A committed result, whose numbers are all finite, and the codes of its alerts. */
export async function completed<K extends Kind>(
  product: Product,
  kind: K,
  resourceId: string,
): Promise<{ readonly document: Documents[K]; readonly codes: readonly string[] }> {
  const result = await product.client.result({ kind, resourceId }, { timeoutMs: 120_000 });
  const document = result.document as Documents[K];
  expectFinite(document);
  expect(JSON.stringify(document)).not.toMatch(/(?:^|[\s"'(:=])\/(?:tmp|var|proc|home|root|etc)\//);
  for (const alert of document.alerts) expect(alert).toHaveProperty('threshold');
  return { document, codes: document.alerts.map((alert) => alert.code) };
}

export function expectFinite(value: unknown, path = 'result'): void {
  if (typeof value === 'number') expect(Number.isFinite(value), path).toBe(true);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) expectFinite(inner, `${path}.${key}`);
}
