/**
 * A process of its own that ends a child whose worker has fallen silent: dead, stopped or hung.
 *
 * `node watchdog.ts LEADER SILENCE_MS`; the worker writes a byte to its stdin every two seconds and kills it when the
 * child has ended. End of input means that the worker is dead. Silence is counted in ticks that this process itself
 * lived through, so a machine that slept does not look like a silent worker.
 */
import { endGroup, startTicks } from './process-group.ts';

const TICK_MS = 250;
const GRACE_MS = 1_000;

const leader = Number(process.argv[2]);
const silenceMs = Number(process.argv[3]);
const leaderStart = startTicks(leader);
let silentMs = 0;
let ending = false;

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  // A leader that was reaped and whose pid now belongs to somebody else has no group left to end.
  const now = startTicks(leader);
  if (now === null || now === leaderStart) await endGroup(leader, GRACE_MS);
  process.exit(0);
}

process.stdin.on('data', () => {
  silentMs = 0;
});
process.stdin.on('end', () => void end());
process.stdin.on('close', () => void end());
process.stdin.on('error', () => void end());
setInterval(() => {
  silentMs += TICK_MS;
  if (silentMs >= silenceMs) void end();
}, TICK_MS);
