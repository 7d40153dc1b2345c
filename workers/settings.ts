import { join } from 'node:path';
import { compiledCodeDirectory } from '../config/compiled-code.ts';
import type { Config } from '../config/config.ts';
import { readRunningStack } from '../config/running-stack.ts';
import type { TemporalConnectionOptions } from '../config/config.ts';
import { programSearchPath } from '../config/environment.ts';
import type { MediaToolSettings } from '../media/ffmpeg-tools.ts';

/** What a worker process is told, with every default filled in. */
export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly poolMax: number;
  readonly poolWaitMs: number;
  readonly dataDirectory: string;
  /** Code that was compiled or bundled. */
  readonly codeDirectory: string;
  readonly modelsDirectory: string;
  readonly roots: readonly string[];
  readonly maxFileBytes: number;
  readonly address: string;
  readonly namespace: string;
  readonly connection: TemporalConnectionOptions;
  readonly mediaTools: MediaToolSettings;
  readonly memoryScope: 'owner' | 'resource';
  readonly witness: string | undefined;
  readonly cpuSlots: number;
  readonly ioSlots: number;
  readonly gpuDevice: number;
  readonly ocrQueue: 'cpu' | 'gpu';
}

/** Stated once, by every worker that is started without knowing where the ledger is. */
class NoLedger extends Error {
  readonly code = 'NO_LEDGER';
  readonly hint = 'set ONCEFLOW_DATABASE_URL, or start the embedded stack with `onceflow up`';
}

/** Throws NoLedger. */
export async function settleSettings(config: Config): Promise<WorkerSettings> {
  const stack = await readRunningStack(config.dataDirectory);
  const databaseUrl = config.databaseUrl ?? stack?.databaseUrl;
  if (databaseUrl === undefined)
    throw new NoLedger('no Postgres is configured and no embedded stack is running');
  return {
    databaseUrl,
    poolMax: config.poolMax,
    poolWaitMs: config.poolWaitMs,
    dataDirectory: config.dataDirectory,
    codeDirectory: compiledCodeDirectory(config),
    modelsDirectory: modelsDirectoryOf(config),
    roots: config.roots,
    maxFileBytes: config.maxFileBytes,
    address: config.temporal.address ?? stack?.temporalAddress ?? 'localhost:7233',
    namespace: config.temporal.namespace ?? stack?.temporalNamespace ?? 'default',
    connection: config.temporal.connection,
    mediaTools: { ffmpeg: config.ffmpegPath, ffprobe: config.ffprobePath, searchPath: programSearchPath() },
    memoryScope: config.memoryScope,
    witness: config.witness,
    cpuSlots: config.cpuSlots,
    ioSlots: config.ioSlots,
    gpuDevice: config.gpuDevice,
    ocrQueue: config.ocrQueue,
  };
}

export function modelsDirectoryOf({
  modelsDirectory,
  dataDirectory,
}: Pick<Config, 'modelsDirectory' | 'dataDirectory'>): string {
  return modelsDirectory ?? join(dataDirectory, 'models');
}
