/**
 * `npm run model`: the small configurations of the lifecycle's model (docs/model), in under two minutes on two cores.
 * The clauses and faults that are taken away or planted must each show a counterexample, the design none.
 * Without `spin` (and gcc, which compiles its searches) it says so and checks nothing.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './check/tool.ts';

const missing = ['spin', 'gcc'].filter((program) => spawnSync(program, ['-V']).error !== undefined);
if (missing.length > 0) {
  console.log(`Skipped: ${missing.join(' and ')} not found. Install with: apt-get install spin gcc`);
} else {
  const secondsEach = '110';
  const { status } = spawnSync('bash', [join(repositoryRoot, 'docs/model/check.sh'), 'small', secondsEach], {
    stdio: 'inherit',
    env: { ...process.env, OPT: '-O0', MEMLIM: '1500', JOBS: String(Math.min(4, availableParallelism())) },
  });
  console.log(
    status === 0 ? 'The model is as it must be.' : 'The model is not as it must be: see WRONG above.',
  );
  process.exitCode = status === 0 ? 0 : 1;
}
