/** `npm run chaos -- --analyses N --seed S`: exit code 0 when every fault hit and the checker found nothing. */
import { parseArgs } from 'node:util';
import { isGood, reportLines } from './report.ts';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    analyses: { type: 'string', default: '200' },
    seed: { type: 'string' },
    keep: { type: 'string', default: '.onceflow/chaos' },
  },
});
const analyses = Number(values.analyses);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isInteger(analyses) || analyses < 1 || !Number.isInteger(seed)) {
  console.error('Usage: npm run chaos -- [--analyses N] [--seed S] [--keep FOLDER]');
  process.exit(2);
}
console.log(`${analyses} analyses, seed ${seed}`);
const keepIn = `${values.keep}/${seed}`;
const report = await runChaos({ analyses, seed, keepIn, log: (line) => console.log(line) });
for (const line of reportLines(report)) console.log(line);
const good = isGood(report, analyses);
if (!good) console.log(`see ${keepIn} for the history and the logs of the processes`);
process.exitCode = good ? 0 : 1;
