/**
 * A process of its own that ends the children of a worker which has fallen silent: dead, stopped or hung.
 *
 * `node watchdog.ts SILENCE_MS LEADER`, with the first child's leader, so that a worker that is stopped right after it
 * started this has told it already. From then on the worker writes lines to its stdin: `+LEADER` for a child that has
 * begun, `-LEADER` for one that has ended, and a dot every two seconds. End of input means that the worker is dead.
 * Silence is counted in ticks that this process itself lived through, so a machine that slept does not look like a
 * silent worker.
 */
import { endGroup, startTicks } from './process-group.ts';

const TICK_MS = 250;
const GRACE_MS = 1_000;

const silenceMs = Number(process.argv[2]);
/** When each leader had started. */
const guarded = new Map<number, number | null>();
guard(Number(process.argv[3]));
let rest = '';
let silentMs = 0;
let ending = false;

function guard(leader: number): void {
  guarded.set(leader, startTicks(leader));
}

function hear(line: string): void {
  const leader = Number(line.slice(1));
  if (line.startsWith('+')) guard(leader);
  if (line.startsWith('-')) guarded.delete(leader);
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  const groups = [...guarded].filter(([leader, start]) => {
    // A leader that was reaped and whose pid now belongs to somebody else has no group left to end.
    const now = startTicks(leader);
    return now === null || now === start;
  });
  await Promise.all(groups.map(([leader]) => endGroup(leader, GRACE_MS)));
  process.exit(0);
}

process.stdin.on('data', (bytes: Buffer) => {
  silentMs = 0;
  const lines = (rest + bytes.toString('latin1')).split('\n');
  rest = lines.pop() ?? '';
  lines.forEach(hear);
});
process.stdin.on('end', () => void end());
process.stdin.on('close', () => void end());
process.stdin.on('error', () => void end());
setInterval(() => {
  silentMs += TICK_MS;
  if (silentMs >= silenceMs) void end();
}, TICK_MS);
