import { z } from 'zod';
import type { AnalysisDefinition, StepDefinition } from '../kinds/define.ts';
import type { Json } from '../ledger/ledger.ts';
import type { KindEntry } from './kinds.ts';

export interface StepDescription
  extends Pick<
    StepDefinition,
    'name' | 'queue' | 'version' | 'timeoutMs' | 'stallMs' | 'summary' | 'readsInput' | 'remembered'
  > {
  readonly models: readonly string[];
}

/** JSON Schema, draft 2020-12. */
export type JsonSchema = { readonly [key: string]: Json };

/** All that is said of a kind, as data: what the command line, pages and other programs show of it. */
export interface KindDescription
  extends Pick<
    AnalysisDefinition,
    'kind' | 'title' | 'policy' | 'version' | 'resultSchema' | 'longRunningMs'
  > {
  readonly resultStep: string;
  readonly steps: readonly StepDescription[];
  /** Null where the kind takes any object, or its schema cannot be put as JSON. */
  readonly params: JsonSchema | null;
  readonly result: JsonSchema | null;
}

export function describeKind({ definition, params, result }: KindEntry): KindDescription {
  const { kind, title, policy, version, resultSchema, longRunningMs, resultStep } = definition;
  return {
    ...{ kind, title, policy, version, resultSchema, longRunningMs, resultStep },
    steps: definition.steps.map(describeStep),
    params: jsonSchemaOf(params, 'input'),
    result: jsonSchemaOf(result, 'output'),
  };
}

function describeStep(step: StepDefinition & { readonly models?: readonly string[] }): StepDescription {
  const { name, queue, version, timeoutMs, stallMs, summary, readsInput, remembered, models = [] } = step;
  return { name, queue, version, timeoutMs, stallMs, summary, readsInput, remembered, models };
}

/** A kind from outside may have a schema of another library. */
function jsonSchemaOf(schema: unknown, io: 'input' | 'output'): JsonSchema | null {
  if (schema === undefined) return null;
  try {
    // As plain data: the answer also holds functions of the library.
    return JSON.parse(JSON.stringify(z.toJSONSchema(schema as z.ZodType, { io, unrepresentable: 'any' })));
  } catch {
    return null;
  }
}
