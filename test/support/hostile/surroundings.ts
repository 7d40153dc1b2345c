/** What must be as it was when all the bad input is through. */
import { readdirSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import { eventually } from '../flow.ts';
import type { Product } from '../product.ts';
import { runningChildren } from '../witness.ts';

export interface PrivateTemporary {
  readonly path: string;
  remove(): void;
}

/** A directory for temporary files of this test and all that it starts, so that what they leave can be seen. */
export function privateTemporary(): PrivateTemporary {
  const before = process.env['TMPDIR'];
  const path = mkdtempSync(join(tmpdir(), 'onceflow-bad-input-'));
  process.env['TMPDIR'] = path;
  return {
    path,
    remove() {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export interface Surroundings {
  readonly pids: Readonly<Record<string, number>>;
  readonly files: readonly string[];
}

/** To be taken when all inputs are made and before the first is submitted. */
export function lookAround(product: Product, temporary: string): Surroundings {
  return { pids: product.embedded.pids(), files: filesOutside(product, temporary) };
}

/** The same workers, no child left but the one that keeps models warm, no file but in the data directory, nothing polluted. */
export async function expectUntouched(
  product: Product,
  temporary: string,
  before: Surroundings,
): Promise<void> {
  expect(product.embedded.pids()).toEqual(before.pids);
  await eventually('no child process is left', () => runningChildren(product).length === 0, 10_000);
  expect(filesOutside(product, temporary)).toEqual(before.files);
  expect(readdirSync(process.cwd()).filter((name) => /PWNED/i.test(name))).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

function filesOutside(product: Product, temporary: string): readonly string[] {
  const outside = (path: string): boolean => relative(product.embedded.dataDirectory, path).startsWith('..');
  return readdirSync(temporary, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(outside)
    .sort();
}
