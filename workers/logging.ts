import type { Logger, LogLevel } from '@temporalio/worker';
import { type Level, pino } from 'pino';

/**
 * One JSON object a line on stderr, ours and Temporal's alike. Stacks are for this log only: what users read comes
 * from the ledger, as code, sentence and hint.
 */
const log = pino({ level: 'info' }, pino.destination({ dest: 2, sync: true }));

export function setLogLevel(level: string): void {
  log.level = level;
}

const levels: Readonly<Record<LogLevel, Level>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

const write = (level: LogLevel, message: string, meta?: object) =>
  log[levels[level]](readable(meta), message);

export const logger: Logger = {
  log: write,
  trace: (message, meta) => write('TRACE', message, meta),
  debug: (message, meta) => write('DEBUG', message, meta),
  info: (message, meta) => write('INFO', message, meta),
  warn: (message, meta) => write('WARN', message, meta),
  error: (message, meta) => write('ERROR', message, meta),
};

/** Temporal's own timestamps are 64-bit integers, which JSON has no form for. */
function readable(meta: object | undefined): Record<string, unknown> {
  const entries = Object.entries(meta ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'bigint' ? String(value) : value]),
  );
}
