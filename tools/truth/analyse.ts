/** Analyses files through the public client, on an embedded stack of its own that is gone afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, resourceIdOf } from '../../client/index.ts';
import { loadConfig } from '../../config/config.ts';
import { startEmbedded } from '../../dev/embedded.ts';

export interface Analyser {
  /** The result's document. Rejects with what the client throws for a failed analysis. */
  analyseFile(kind: string, path: string, params: Readonly<Record<string, string>>): Promise<unknown>;
  close(): Promise<void>;
}

/** `root` is the directory that holds the files. */
export async function openAnalyser(root: string): Promise<Analyser> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'onceflow-truth-'));
  const remove = (): Promise<void> => rm(dataDirectory, { recursive: true, force: true });
  try {
    const config = loadConfig({ defaults: { role: 'operator' }, overrides: { dataDirectory } });
    const note = (line: string): void => void process.stderr.write(`${line}\n`);
    const stack = await startEmbedded(config, { roots: [root], ui: 'off', onProgress: note });
    const client = await connect({ dataDirectory, owner: config.owner, role: 'operator' });
    return {
      analyseFile: async (kind, path, params) => {
        const answer = await client.submit(kind, await resourceIdOf(path), { source: path, params });
        const result = await client.result(answer);
        return result.document;
      },
      close: async () => {
        await client.close();
        await stack.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
