import { logger } from './logging.ts';

/**
 * A promise that a step of somebody's kind did not await, and that was rejected, ends the worker as any Node program.
 * Said in a line of the log, which whoever supervises the worker shows; Node's own words are a trace on stderr.
 */
export function tellWhatEndsUs(name: string): void {
  process.on('uncaughtExceptionMonitor', (error: unknown, origin) => {
    const what = origin === 'unhandledRejection' ? 'a promise that nobody awaits was rejected' : 'uncaught';
    const said = error instanceof Error ? error.message : String(error);
    logger.error(`worker ${name} ended`, { error: `${what}: ${said}` });
  });
}
