import { type StackSettings, startStack } from '../../dev/stack.ts';

/** A process that owns (or attaches to) a stack until SIGTERM. Says so in one line of JSON: the settings are the argument. */
const settings = JSON.parse(process.argv[2] ?? '{}') as StackSettings;
const stack = await startStack({ ...settings, onProgress: (line) => console.error(line) });
const { attached, databaseUrl, temporalAddress, postgres, temporal } = stack;
console.log(JSON.stringify({ attached, databaseUrl, temporalAddress, pids: [postgres.pid, temporal.pid] }));
process.once('SIGTERM', () => void stack.stop().then(() => process.exit(0)));
setInterval(() => {}, 60_000);
