/** Input that must be refused: how it is made, and the code that says why. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind } from './verdicts.ts';

export interface RefusedCase {
  readonly title: string;
  readonly kind: Kind;
  readonly code: RegExp;
  readonly make: (directory: string) => string | Promise<string>;
}

export const text = (name: string, content: string | Buffer) => (directory: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

/** The same each time. */
export function noise(): Buffer {
  let state = 7;
  return Buffer.from(
    Array.from({ length: 100_000 }, () => (state = (state * 48_271) % 2_147_483_647) & 0xff),
  );
}
