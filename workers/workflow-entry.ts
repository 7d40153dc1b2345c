/** One module that exports the workflow of every kind under the kind's name: what Temporal's bundler starts from. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { broken } from '../outside/errors.ts';
import { camelCase, type KindModule } from '../outside/kind-module.ts';
import type { Kinds } from './kinds.ts';

/** The path to bundle: of the kinds' own module, or of one that is written for them and those from outside. */
export async function workflowEntry(kinds: Kinds, directory: string): Promise<string> {
  const outside = kinds.outside ?? [];
  if (outside.length === 0) return kinds.workflowsPath;
  const lines = [`export * from ${JSON.stringify(kinds.workflowsPath)};`];
  for (const kind of outside) lines.push(await exportLine(kind));
  const text = `${lines.join('\n')}\n`;
  const name = `kinds-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), text);
  return join(directory, name);
}

async function exportLine({ definition, workflowsPath }: KindModule): Promise<string> {
  const { kind } = definition;
  const exported = await exportsOf(kind, workflowsPath);
  const names = [kind, camelCase(kind)];
  const name = names.find((each) => typeof exported[each] === 'function');
  if (name === undefined) {
    throw broken(kind, `the workflows of ${kind} export no function ${[...new Set(names)].join(' or ')}`);
  }
  return `export { ${JSON.stringify(name)} as ${JSON.stringify(kind)} } from ${JSON.stringify(workflowsPath)};`;
}

/** A workflow module can be imported anywhere; only running it needs Temporal's sandbox. */
async function exportsOf(kind: string, path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    throw broken(kind, `the workflows of ${kind} do not load: ${(cause as Error).message}`, cause);
  }
}
