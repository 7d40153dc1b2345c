/**
 * `npm run bench -- NAME [--json]`: our figure against a yardstick that anybody has, in one run on one machine, so
 * that what counts is a ratio. Exit code 0 when every ratio reaches its goal.
 */
import { parseArgs } from 'node:util';
import { record } from './record.ts';
import { type BenchOptions, distanceFromGoal, type Measured, reachesGoal } from './measured.ts';

type Bench = (options: BenchOptions) => Promise<readonly Measured[]>;

/** Loaded one at a time: measuring one must not pay for what another brings along. */
const benches: Readonly<Record<string, Bench>> = {
  overhead: async (options) => (await import('./overhead.ts')).measureOverhead(options),
  latency: async (options) => (await import('./latency.ts')).measureLatency(options),
  duplicates: async (options) => (await import('./duplicates.ts')).measureDuplicates(options),
  recovery: async (options) => (await import('./recovery.ts')).measureRecovery(options),
  soak: async (options) => (await import('./soak.ts')).measureSoak(options),
  scale: async (options) => (await import('./scale.ts')).measureScale(options),
  actions: async (options) => (await import('./actions.ts')).measureActions(options),
  video: async ({ log }) => (await import('./video.ts')).measureVideo(log),
  audio: async ({ log }) => (await import('./audio.ts')).measureAudio(log),
  profile: async () => (await import('./profile.ts')).benchProfile(),
  product: async ({ log }) => (await import('./product.ts')).measureProduct(log),
  inference: async ({ log }) => (await import('./inference.ts')).measureInference(log),
  images: async (options) => (await import('./images.ts')).measureImages(options),
  memory: async ({ log }) => (await import('./memory.ts')).measureMemory(log),
  rerun: async ({ log }) => (await import('./rerun.ts')).measureReruns(log),
};

const sizes = ['times', 'light', 'heavy', 'analyses'] as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    // Keeps the figures in docs/.
    record: { type: 'boolean', default: false },
    // Read by the memory benchmark itself: the size of its large inputs.
    'large-mb': { type: 'string' },
    times: { type: 'string' },
    light: { type: 'string' },
    heavy: { type: 'string' },
    analyses: { type: 'string' },
  },
});
const bench = benches[positionals[0] ?? ''];
const given = sizes.flatMap((name) =>
  values[name] === undefined ? [] : [[name, Number(values[name])] as const],
);
const wrong = given.some(([, size]) => !Number.isInteger(size) || size < 0);
if (bench === undefined || positionals.length !== 1 || wrong) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json] [--record]`);
  console.error(`Less than a figure to be kept needs: ${sizes.map((name) => `--${name} N`).join(' ')}`);
  process.exit(2);
}

const describe = (one: Measured): string => {
  const verdict = reachesGoal(one) ? 'reaches' : 'misses';
  const bound = one.better === 'more' ? 'at least' : 'at most';
  const parts = Object.entries(one.parts).map(([name, value]) => `    ${name.padEnd(34)} ${value}`);
  const title = `${one.name}: ratio ${one.ratio.toFixed(2)}, ${verdict} the goal of ${bound} ${one.goal}`;
  return [title, ...parts].join('\n');
};

const args = process.argv.slice(2);
const measured = await bench({ log: (line) => console.error(line), ...Object.fromEntries(given) });
for (const one of measured) (values.json ? console.error : console.log)(describe(one));

if (values.record) record(positionals[0] ?? '', args, measured);

/** The input that does worst stands for the benchmark; the others are beside it. */
const worst = measured.reduce((a, b) => (distanceFromGoal(a) >= distanceFromGoal(b) ? a : b));
if (values.json) {
  const { ratio, goal, parts } = worst;
  console.log(JSON.stringify({ name: positionals[0], ratio, goal, parts, measured }));
}
process.exitCode = measured.every(reachesGoal) ? 0 : 1;
