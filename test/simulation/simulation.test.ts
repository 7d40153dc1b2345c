import fc from 'fast-check';
import { test } from 'vitest';
import { theDesign } from './clauses.ts';
import { sequences, simulate } from './commands.ts';
import { mixtures } from './mixtures.ts';

/** Sequences of each mixture; ONCEFLOW_SIMULATION_RUNS and _SEED look further. A failure prints seed and sequence. */
const sequencesEach = Number(process.env['ONCEFLOW_SIMULATION_RUNS'] ?? 8_000);
const seed = Number(process.env['ONCEFLOW_SIMULATION_SEED'] ?? 20_261_122);

test.each(Object.entries(mixtures))(
  '%s: every promise is kept',
  (_name, weights) => {
    const policy = fc.constantFrom('no-repeat' as const, 'no-repeat' as const, 'allow-rerun' as const);
    fc.assert(
      fc.property(policy, sequences(weights), (ofKind, sequence) => {
        simulate(ofKind, theDesign, sequence);
      }),
      { numRuns: sequencesEach, seed },
    );
  },
  120_000,
);
