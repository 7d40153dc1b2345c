/** Whether what a module exports is a kind: its author may write JavaScript, where no compiler has looked. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnalysisDefinition, defineAnalysis } from '../kinds/define.ts';
import { broken } from './errors.ts';
import type { KindModule } from './kind-module.ts';

type Found = { readonly [Key in keyof KindModule]?: unknown };

/** The same kind, its definition checked and its path absolute. Throws KIND_MODULE_BROKEN. */
export function checkKindModule(module: string, exported: unknown): KindModule {
  if (exported === null || typeof exported !== 'object')
    throw broken(module, 'its default export is no object');
  const found: Found = exported;
  const definition = definitionOf(module, found.definition);
  checkImplementations(module, definition, found.implementations);
  for (const name of ['params', 'result'] as const) {
    if (found[name] !== undefined && !hasMethod(found[name], 'safeParse')) {
      throw broken(module, `${name} of ${definition.kind} is no schema: it has no method safeParse`);
    }
  }
  if (found.report !== undefined && typeof found.report !== 'function') {
    throw broken(module, `report of ${definition.kind} is no function`);
  }
  const workflowsPath = pathOf(module, definition.kind, found.workflowsPath);
  return { ...(exported as KindModule), definition, workflowsPath };
}

function definitionOf(module: string, definition: unknown): AnalysisDefinition {
  try {
    return defineAnalysis(definition as AnalysisDefinition);
  } catch (cause) {
    throw broken(module, `its definition is wrong: ${(cause as Error).message}`, cause);
  }
}

function checkImplementations(module: string, { kind, steps }: AnalysisDefinition, found: unknown): void {
  for (const { name } of steps) {
    if (hasMethod(found, name)) continue;
    // Every kind may take the shared one.
    if (name === `${kind}.digest` && !Object.hasOwn(Object(found), name)) continue;
    throw broken(module, `${name} is declared and has no implementation`);
  }
  const declared = new Set(steps.map((step) => step.name));
  const spare = Object.keys(Object(found)).find((name) => !declared.has(name));
  if (spare !== undefined) throw broken(module, `${spare} is implemented and not declared`);
}

function pathOf(module: string, kind: string, found: unknown): string {
  if (typeof found !== 'string') throw broken(module, `workflowsPath of ${kind} is no string`);
  const path = found.startsWith('file:') ? fileURLToPath(found) : found;
  if (!isAbsolute(path)) {
    throw broken(module, `workflowsPath of ${kind} is relative: write new URL(..., import.meta.url).href`);
  }
  if (!existsSync(path)) throw broken(module, `the file that workflowsPath of ${kind} names is not there`);
  return path;
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function';
}
