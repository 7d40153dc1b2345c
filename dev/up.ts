/** `onceflow/embedded`: the whole product on one machine, started by a program instead of `onceflow up`. */
import { loadConfig } from '../config/config.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

export type { Embedded } from './embedded.ts';
export { removeStackData } from './stack.ts';

/** What is not given comes from the environment (docs/configuration.md). */
export interface UpOptions {
  readonly dataDirectory?: string;
  /** Directories that resources may lie under. */
  readonly roots?: readonly string[];
  /** Modules with kinds of your own. */
  readonly kinds?: readonly string[];
  readonly ui?: 'on' | 'off';
  readonly onProgress?: (line: string) => void;
}

/**
 * Starts Postgres, Temporal and the workers, or attaches to those that run on the data directory; `connect` with the same
 * data directory finds them. Throws ConfigError, KindModuleError, StackError; nothing is left running then.
 */
export function up({ ui, onProgress, ...options }: UpOptions = {}): Promise<Embedded> {
  const { dataDirectory, roots, kinds } = options;
  const overrides = {
    ...(dataDirectory === undefined ? {} : { dataDirectory }),
    ...(roots === undefined ? {} : { roots: [...roots] }),
    ...(kinds === undefined ? {} : { kinds: [...kinds] }),
  };
  return startEmbedded(loadConfig({ overrides }), {
    ...(ui === undefined ? {} : { ui }),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
