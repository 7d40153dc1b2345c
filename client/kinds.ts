import { z } from 'zod';
import type { KindModule, Schema } from '../outside/kind-module.ts';
import { nearest } from '../config/nearest.ts';
import type { AnalysisDefinition } from '../kinds/define.ts';
import type { Json } from '../ledger/ledger.ts';
import { shown } from './arguments.ts';
import { invalid } from './errors.ts';

/** A kind as the client needs it: what it is, the forms of its params and its result, and how it is told. */
export interface KindEntry {
  readonly definition: AnalysisDefinition;
  /** Absent: any object of JSON values. */
  readonly params?: Schema;
  readonly result?: Schema;
  readonly report?: KindModule['report'];
}

export interface Kinds {
  readonly all: readonly KindEntry[];
  /** Throws INVALID_ARGUMENT that names the kinds there are. */
  get(kind: string): KindEntry;
  find(kind: string): KindEntry | undefined;
  /** The params with the kind's defaults filled in. Throws INVALID_ARGUMENT that names the field. */
  parseParams(kind: string, params: unknown): { readonly [key: string]: Json };
}

const anyObject = z.record(z.string(), z.json());

export function createKinds(entries: readonly KindEntry[]): Kinds {
  const byName = new Map(entries.map((entry) => [entry.definition.kind, entry]));
  const get = (kind: string): KindEntry => {
    const entry = byName.get(kind);
    if (entry) return entry;
    const meant = typeof kind === 'string' ? nearest(kind.slice(0, 80), byName.keys()) : undefined;
    throw invalid(
      `${shown(kind)} is no kind of analysis${meant ? `: did you mean ${meant}?` : ''}`,
      `the kinds are ${[...byName.keys()].join(', ')}; one of your own is named by --kinds or ONCEFLOW_KINDS`,
      typeof kind === 'string' ? { kind } : {},
    );
  };
  return {
    all: entries,
    get,
    find: (kind) => byName.get(kind),
    parseParams(kind, params) {
      const parsed = (get(kind).params ?? anyObject).safeParse(params ?? {});
      if (parsed.success) return parsed.data as { readonly [key: string]: Json };
      const why = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'params'}: ${issue.message}`);
      throw invalid(
        `the params do not fit ${kind}: ${why.join('; ')}`,
        `\`onceflow kinds ${kind}\` lists the params`,
        {
          kind,
        },
      );
    },
  };
}
