/** Runs a development tool of this repository; its output are the findings, when it fails. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a check found wrong, one line or block each; empty when all is well. */
export type Findings = readonly string[];

export const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url));

const outputOf = (command: string, args: readonly string[]): Promise<{ code: number | null; text: string }> =>
  new Promise((resolve, reject) => {
    // Stdout and stderr in one text, in the order written: that is how the tools are meant to be read.
    const child = spawn(command, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text: Buffer.concat(parts).toString('utf8').trimEnd() }));
  });

/** Path of an installed command; `npm run` puts this folder on PATH, a direct start of this file does not. */
const installed = (name: string): string => {
  const modules = dirname(dirname(createRequire(import.meta.url).resolve('typescript/package.json')));
  return join(modules, '.bin', name);
};

export const tool = async (name: string, args: readonly string[]): Promise<Findings> => {
  const { code, text } = await outputOf(installed(name), args);
  if (code === 0) return [];
  return [text === '' ? `${name} ended with code ${String(code)} and no output` : text];
};
