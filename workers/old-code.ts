/** Compiled code is named by its sources: what other versions and other checkouts left is nobody's after a while. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const KEPT_MS = 30 * 24 * 60 * 60_000;
/** Bundles of workflows, and what Node compiled; other programs have other things there. */
const OURS = /^(workflows-[^/]+|node\/.+|programs\/.+)$/;

/** Removes files that were written long ago: what is still wanted of them is made again. */
export async function removeOldCode(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  for (const name of names.filter((each) => OURS.test(each))) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}
