import { delimiter, join } from 'node:path';
import { compiledCodeDirectory } from './compiled-code.ts';
import type { Config } from './config.ts';
import { workerEnvironment } from './worker-memory.ts';

/** Where a process that we start finds its stack. */
export interface StackEnvironment {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly dataDirectory: string;
  readonly roots: readonly string[];
}

/** The whole environment of a child process: ours, with the addresses and the settings that were decided here. */
export function childEnvironment(
  config: Config,
  stack: StackEnvironment,
): Readonly<Record<string, string | undefined>> {
  return {
    ...workerEnvironment,
    NODE_COMPILE_CACHE: join(compiledCodeDirectory({ ...config, ...stack }), 'node'),
    ...process.env,
    ONCEFLOW_DATABASE_URL: stack.databaseUrl,
    ONCEFLOW_DATA_DIRECTORY: stack.dataDirectory,
    ONCEFLOW_ROOTS: stack.roots.join(delimiter),
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: stack.temporalNamespace,
    ONCEFLOW_KINDS: config.kinds.join(','),
    ...(config.witness === undefined ? {} : { ONCEFLOW_WITNESS: config.witness }),
    ...(config.ffmpegPath === undefined ? {} : { FFMPEG_PATH: config.ffmpegPath }),
    ...(config.ffprobePath === undefined ? {} : { FFPROBE_PATH: config.ffprobePath }),
    ONCEFLOW_MAX_FILE_BYTES: String(config.maxFileBytes),
    ONCEFLOW_MEMORY_SCOPE: config.memoryScope,
    ONCEFLOW_CPU_SLOTS: String(config.cpuSlots),
    ONCEFLOW_IO_SLOTS: String(config.ioSlots),
  };
}

/** Where programs are looked for, as the shell does. */
export function programSearchPath(): string | undefined {
  return process.env['PATH'];
}
