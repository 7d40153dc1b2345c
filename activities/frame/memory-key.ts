import { createHash } from 'node:crypto';
import type { StepDefinition } from '../../kinds/define.ts';
import { replaceMarks } from '../../kinds/output-mark.ts';
import type { StepCall } from '../contract.ts';

export interface KeyFacts {
  /** Of the kind: without a digest it would not be known of which bytes the output is. */
  readonly needsBytes: boolean;
  readonly owner: string;
  /** What the output may tell of the resource: all, or a hint of its type; `id` alone: memory of this resource only. */
  readonly resource: { readonly id?: string; readonly name?: string; readonly extension?: string };
  /** Identities of the outputs that the input marks, by fence. */
  readonly outputs: ReadonlyMap<number, unknown>;
  readonly provider: string | null;
  /** Digests of the models that the step names, or `absent`. */
  readonly models: Readonly<Record<string, string>>;
}

/**
 * Under which the output of a step is remembered: everything that it depends on, its models and where they run among
 * it, since accelerators round differently.
 */
export function memoryKeyOf(step: StepDefinition, call: StepCall, facts: KeyFacts): string | null {
  if (!step.remembered || (call.digest === null && facts.needsBytes)) return null;
  const key = {
    step: step.name,
    version: step.version,
    input: replaceMarks(call.input, (fence) => facts.outputs.get(fence)),
    digest: call.digest,
    owner: facts.owner,
    resource: facts.resource,
    provider: step.queue === 'gpu' || step.models ? facts.provider : null,
    models: facts.models,
  };
  return createHash('sha256').update(canonicalJson(key)).digest('hex');
}

/** The same text for the same value, whatever the order in which its keys were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
