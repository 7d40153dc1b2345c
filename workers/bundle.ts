import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { logger } from './logging.ts';

/**
 * The workflows as one script for Temporal's sandbox, made once for each state of their sources: making it takes
 * seconds of processor time, reading it none.
 */
export async function bundleWorkflows(
  workflowsPath: string,
  cacheDirectory: string,
): Promise<{ codePath: string }> {
  const codePath = join(cacheDirectory, `workflows-${await sourcesHash(workflowsPath)}.js`);
  if (existsSync(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quietly });
  await mkdir(cacheDirectory, { recursive: true });
  // Two workers may start at once: whoever comes last replaces the file by the same one.
  const unfinished = `${codePath}.${randomUUID().slice(0, 8)}`;
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  return { codePath };
}

/** What the bundler did interests nobody while it works. */
const quietly = { ...logger, info: (message: string, meta?: object) => logger.debug(message, meta) };

/** Everything that workflow code may import: its own floor, kinds, policy, and the SDK. */
async function sourcesHash(workflowsPath: string): Promise<string> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const folders = ['workflows', 'kinds', 'policy'].map((floor) => join(root, floor));
  const hash = createHash('sha256').update(workflowsPath).update(sdkVersion());
  for (const folder of new Set([...folders, dirname(workflowsPath)])) {
    const names = await readdir(folder, { recursive: true });
    for (const name of names.filter((each) => /\.[jt]s$/.test(each)).sort()) {
      hash.update(name).update(await readFile(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  return version;
}
