/**
 * `npm run bench -- NAME [--json]`: our time (or memory) against a yardstick that anybody has, in one run on one
 * machine, so that what counts is a ratio. Exit code 0 when every ratio is within its goal.
 */
import { parseArgs } from 'node:util';
import type { Measured } from './measured.ts';

type Log = (line: string) => void;

/** Loaded one at a time: measuring one must not pay for what another brings along. */
const benches: Readonly<Record<string, (log: Log) => Promise<readonly Measured[]>>> = {
  video: async (log) => (await import('./video.ts')).measureVideo(log),
  profile: async () => (await import('./profile.ts')).benchProfile(),
  product: async (log) => (await import('./product.ts')).measureProduct(log),
  memory: async (log) => (await import('./memory.ts')).measureMemory(log),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // `--large-mb` is read by the memory benchmark: the size of its large inputs.
  options: { json: { type: 'boolean', default: false }, 'large-mb': { type: 'string' } },
});
const bench = benches[positionals[0] ?? ''];
if (bench === undefined || positionals.length !== 1) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json]`);
  process.exit(2);
}

const describe = (one: Measured): string => {
  const verdict = one.ratio <= one.goal ? 'within' : 'over';
  const parts = Object.entries(one.parts).map(([name, value]) => `    ${name.padEnd(28)} ${value}`);
  return [`${one.name}: ratio ${one.ratio.toFixed(2)}, ${verdict} the goal of ${one.goal}`, ...parts].join(
    '\n',
  );
};

const measured = await bench((line) => console.error(line));
for (const one of measured) (values.json ? console.error : console.log)(describe(one));

/** The input that does worst stands for the benchmark; the others are beside it. */
const worst = measured.reduce((a, b) => (a.ratio / a.goal >= b.ratio / b.goal ? a : b));
if (values.json) {
  const { ratio, goal, parts } = worst;
  console.log(JSON.stringify({ name: positionals[0], ratio, goal, parts, measured }));
}
process.exitCode = worst.ratio <= worst.goal ? 0 : 1;
