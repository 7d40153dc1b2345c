/** What a script can rely on. */
export const exitCodes = {
  /** Every analysis completed. */
  completed: 0,
  /** At least one failed or was cancelled. */
  failed: 1,
  /** Wrong usage: the command, an option or an argument. */
  usage: 2,
  /** The stack cannot be reached, or cannot be started. */
  unreachable: 3,
  interrupted: 130,
} as const;

const usageCodes = new Set([
  'INVALID_ARGUMENT',
  'CONFIG_INVALID',
  'KIND_MODULE_NOT_FOUND',
  'KIND_MODULE_BROKEN',
  'KIND_TAKEN',
  'REASON_REQUIRED',
  'FORBIDDEN',
]);
const unreachableCodes = new Set([
  'LEDGER_UNREACHABLE',
  'TEMPORAL_UNREACHABLE',
  'POOL_EXHAUSTED',
  'TEMPORAL_CLI_NOT_FOUND',
  'TEMPORAL_CLI_UNUSABLE',
  'TEMPORAL_START_FAILED',
  'POSTGRES_START_FAILED',
  'POSTGRES_UNAVAILABLE',
  'POSTGRES_VERSION',
  'STACK_BUSY',
  'STACK_UNHEALTHY',
  'STACK_WITHOUT_KINDS',
  'DATA_DIRECTORY_UNUSABLE',
  'WORKER_FAILED',
]);

export function exitCodeOf(code: string): number {
  if (usageCodes.has(code)) return exitCodes.usage;
  if (unreachableCodes.has(code)) return exitCodes.unreachable;
  return exitCodes.failed;
}
