import { cannotStart } from '../config/cannot-start.ts';
import type { Config } from '../config/config.ts';
import { runControlWorker } from './control.ts';
import { runCpuWorker } from './cpu.ts';
import { runGpuWorker } from './gpu.ts';
import { runIoWorker } from './io.ts';
import { type Kinds, withOutside } from './kinds.ts';
import { logger, setLogLevel } from './logging.ts';
import { settleSettings, type WorkerSettings } from './settings.ts';
import { tellWhatEndsUs } from './uncaught.ts';

const workers = { control: runControlWorker, cpu: runCpuWorker, io: runIoWorker, gpu: runGpuWorker } as const;
export type WorkerName = keyof typeof workers;

const LINGER_MS = 1_000;

/** Runs one worker to its end; answers the exit code of its process. */
export async function runWorker(
  name: string | undefined,
  kinds: Kinds,
  { usage, config }: { readonly usage: string; readonly config: () => Config },
): Promise<number> {
  if (name === undefined || !Object.hasOwn(workers, name)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  tellWhatEndsUs(name);
  let settings: WorkerSettings;
  let served: Kinds;
  try {
    const loaded = config();
    setLogLevel(loaded.logLevel);
    served = await withOutside(kinds, loaded.kinds);
    settings = await settleSettings(loaded);
  } catch (error) {
    logger.error(`worker ${name} ended`, { error: sentenceOf(error) });
    return cannotStart;
  }
  try {
    await workers[name as WorkerName](settings, served);
    return 0;
  } catch (error) {
    logger.error(`worker ${name} ended`, { error: sentenceOf(error) });
    // A step that did not end in time must not keep the process: whoever supervises it waits for its exit.
    const code = isUseless(error) ? cannotStart : 1;
    setTimeout(() => process.exit(code), LINGER_MS).unref();
    return code;
  }
}

/** Starting this worker again would come to the same end. */
const lasting: ReadonlySet<unknown> = new Set([
  'MEDIA_TOOLS_NOT_FOUND',
  'KIND_MODULE_BROKEN',
  'WORKFLOWS_BROKEN',
]);

function isUseless(error: unknown): boolean {
  return lasting.has((error as { code?: unknown }).code);
}

/** Code, sentence and hint where the error has them; never a stack. */
function sentenceOf(error: unknown): string {
  const { code, message, hint } = error as { code?: unknown; message?: unknown; hint?: unknown };
  const parts = [code, message ?? String(error), hint].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  return parts.map((part) => String(part).replace(/\.$/, '')).join(': ');
}
