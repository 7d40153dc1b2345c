import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '../../policy/admission.ts';
import { type Clause, clauses, type Fault, faults } from './clauses.ts';
import { sequences, sequencesOf, simulate, type StepName, type Weights } from './commands.ts';
import { BrokenPromise, type PromiseName } from './promises.ts';

/** The simulation can fail: each clause and each fault, taken away or planted alone, breaks a promise that is named here. */
interface Case {
  readonly breaks: readonly PromiseName[];
  /** What happens how often; or, where chance would take too long, what happens in which order. */
  readonly happens: Weights | readonly StepName[];
  readonly policy?: Policy;
}

const seed = 20_261_122;
const mostSequences = 20_000;
const work = { go: 10, all: 6, wake: 3, submit: 3 };
const slowWork = { go: 14, all: 1, submit: 2 };
const cases: Readonly<Record<Clause | Fault, Case>> = {
  DISP: { breaks: ['L1'], happens: { ...work, reset: 2, cancel: 2 } },
  FU: { breaks: ['S2', 'L1'], happens: { ...work, reset: 4 } },
  FUDEL: { breaks: ['S7', 'L1'], happens: { ...work, coalesce: 3, delete: 2, put: 2 } },
  DEMOTE: { breaks: ['S5'], happens: { ...work, reset: 4 } },
  DIREND: { breaks: ['L1'], happens: { ...work, start: 4, terminate: 3, cancel: 3 } },
  DIRREP: { breaks: ['S8', 'S1'], happens: { ...work, start: 4, expire: 3 } },
  RECID: { breaks: ['L1', 'S8'], happens: { ...work, start: 3, terminate: 3, rerun: 2, reset: 3 } },
  CAS: { breaks: ['S3'], happens: { ...slowWork, reset: 4, wake: 3 } },
  ZOMBIE: { breaks: ['S3'], happens: { ...work, start: 5, terminate: 5, wake: 4 }, policy: 'allow-rerun' },
  OLDRUN: { breaks: ['S7'], happens: { ...work, delete: 3, put: 3 } },
  COMMIT: { breaks: ['S7', 'S8'], happens: { ...work, delete: 3, put: 3, cancel: 2 } },
  IDEM: { breaks: ['S7'], happens: { ...work, delete: 2, put: 3, askAgain: 4 } },
  RINC: { breaks: ['S7', 'L1'], happens: { ...work, delete: 2, put: 3, reset: 4 } },
  RA: { breaks: ['S6', 'S3'], happens: { ...work, reconcile: 4 } },
  ASCLOSE: { breaks: ['L1'], happens: { ...work, start: 4, terminate: 1 } },
  NOGEN: { breaks: ['S6'], happens: { ...work, delayStart: 3, lateStart: 3 }, policy: 'allow-rerun' },
  NODESC: { breaks: ['S3'], happens: { ...work, reset: 5, expire: 2 } },
  FAILEDONLY: { breaks: ['L1'], happens: { ...work, rerun: 3 } },
  FORGET: { breaks: ['S2'], happens: { ...work, rerun: 4, fail: 3 } },
  NOFENCE: { breaks: ['S3'], happens: { ...work, expire: 5 } },
  NORUNID: { breaks: ['S3'], happens: ['submit', 'all', 'all', 'lose', ...Array(14).fill('go'), 'wake'] },
  OTHERGEN: { breaks: ['S8', 'S1'], happens: { ...work, start: 3, terminate: 3, reset: 3, rerun: 2 } },
  NOKEY: { breaks: ['S6'], happens: { ...work, rerun: 3, askAgain: 4 } },
  CLOSEDRUNS: {
    breaks: ['S1', 'S2'],
    happens: { ...work, delayStart: 3, lateStart: 3 },
    policy: 'allow-rerun',
  },
  RENUMBER: { breaks: ['S4'], happens: { ...work, delete: 3, put: 3 } },
  NOPROOF: { breaks: ['S8'], happens: { ...work, cancel: 4, crash: 4 } },
};

describe.each([
  ['without the clause', clauses],
  ['with the fault', faults],
])('%s', (_which, listed) => {
  test.each(Object.entries(listed) as [Clause | Fault, string][])('%s (%s) a promise is broken', (name) => {
    const { breaks, happens, policy = 'no-repeat' } = cases[name];
    const sequence = Array.isArray(happens) ? sequencesOf(happens) : sequences(happens as Weights);
    const property = fc.property(sequence, (sequence) => {
      simulate(policy, new Set([name]), sequence);
    });
    const found = fc.check(property, { numRuns: mostSequences, seed, endOnFailure: true });
    const broken = found.errorInstance;
    expect(broken).toBeInstanceOf(BrokenPromise);
    expect(breaks).toContain((broken as BrokenPromise).promise);
  });
});
