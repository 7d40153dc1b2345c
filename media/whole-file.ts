/** Writes a file whole or not at all: others may read it meanwhile, or write the same. */
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';

export async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomUUID().slice(0, 8)}`;
  await writeFile(unfinished, text);
  await rename(unfinished, path);
}
