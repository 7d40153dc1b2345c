/**
 * `npm run bench -- video|profile [--json]`: our time against a yardstick that anybody has, in one run on one machine,
 * so that what counts is a ratio. With `--json` the last line on stdout is one object; all else goes to stderr.
 */
import { parseArgs } from 'node:util';
import type { Measured } from './measured.ts';
import { measureProfile } from './profile.ts';
import { measureVideo } from './video.ts';

const benches: Readonly<Record<string, (log: (line: string) => void) => Promise<readonly Measured[]>>> = {
  video: measureVideo,
  profile: measureProfile,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const chosen = benches[positionals[0] ?? ''];
if (chosen === undefined || positionals.length !== 1) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json]`);
  process.exit(2);
}

const log = (line: string): void => void process.stderr.write(`${line}\n`);

const describe = (one: Measured): string => {
  const verdict = one.ratio <= one.goal ? 'within' : 'over';
  const parts = Object.entries(one.parts).map(
    ([name, seconds]) => `    ${name.padEnd(28)} ${seconds.toFixed(2)} s`,
  );
  return [`${one.name}: ratio ${one.ratio.toFixed(2)}, ${verdict} the goal of ${one.goal}`, ...parts].join(
    '\n',
  );
};

const measured = await chosen(log);
if (values.json) console.log(JSON.stringify({ name: positionals[0], measured }));
else for (const one of measured) console.log(describe(one));
process.exitCode = measured.every((one) => one.ratio <= one.goal) ? 0 : 1;
