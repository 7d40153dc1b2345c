import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AdmissionDecision,
  type AdmissionFacts,
  type AdmissionWish,
  decideAdmission,
  decideFollowUp,
  reusePolicyOf,
} from '../../policy/admission.ts';
import { isOpen, runStates } from '../../policy/states.ts';
import { admissionTable, asks, type Expected, factsShowing, shows, wishesOf } from './admission-table.ts';

describe.each(['no-repeat', 'allow-rerun'] as const)('%s', (policy) => {
  test.each(asks.flatMap((asked) => shows.map((shown) => ({ asked, shown }))))(
    'asks $asked, the ledger shows $shown',
    ({ asked, shown }) => {
      for (const wish of wishesOf(asked)) {
        const decision = decideAdmission(factsShowing(shown, policy), wish);
        expect(wordFor(decision)).toBe(admissionTable[policy][asked][shown]);
      }
    },
  );
});

function wordFor(decision: AdmissionDecision): Expected {
  if (decision.outcome === 'running') return decision.followUp ? 'run +1' : 'run';
  if (decision.outcome === 'completed') return 'result';
  return decision.outcome === 'refused' ? 'conflict' : 'start';
}

const hash = fc.constantFrom('h1', 'h2');
const pin = fc.constantFrom(null, '1:1:1', '2:2:2');
const basis = { paramsHash: hash, sourceHash: hash, analyserVersion: fc.integer({ min: 1, max: 2 }), pin };
const anyFacts: fc.Arbitrary<AdmissionFacts> = fc
  .record({
    policy: fc.constantFrom('no-repeat' as const, 'allow-rerun' as const),
    resource: fc.constantFrom('present' as const, 'deleted' as const, 'unknown' as const),
    state: fc.constantFrom(null, ...runStates),
    authorised: fc.boolean(),
    run: fc.record(basis),
    standing: fc.option(fc.record(basis)),
    analyserVersion: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ policy, resource, state, authorised, run, standing, analyserVersion }) => ({
    policy,
    resource,
    current: state && { ...run, generation: 2, state, authorised, reason: authorised ? 'because' : null },
    standing: standing && { ...standing, generation: state === 'completed' ? 2 : 1 },
    analyserVersion,
  }));
const anyWish: fc.Arbitrary<AdmissionWish> = fc.record(
  {
    wish: fc.constantFrom('submit' as const, 'retry' as const, 'rerun' as const, 'direct' as const),
    onDuplicate: fc.constantFrom('return' as const, 'reject' as const, 'rerun' as const, 'coalesce' as const),
    role: fc.constantFrom('reader' as const, 'submitter' as const, 'operator' as const, 'admin' as const),
    reason: fc.constantFrom('', 'new model'),
    paramsHash: hash,
    sourceHash: hash,
    observedPin: pin,
  },
  { requiredKeys: ['wish', 'role', 'paramsHash', 'sourceHash', 'observedPin'] },
);

/** What must hold of every decision, for every state of the ledger and every wish. */
function always(
  name: string,
  holds: (facts: AdmissionFacts, wish: AdmissionWish, is: AdmissionDecision) => boolean,
) {
  test(name, () => {
    fc.assert(
      fc.property(anyFacts, anyWish, (facts, wish) => holds(facts, wish, decideAdmission(facts, wish))),
      { numRuns: 5_000 },
    );
  });
}

const wantsAgain = (wish: AdmissionWish) =>
  wish.onDuplicate === 'rerun' ||
  wish.onDuplicate === 'coalesce' ||
  (wish.wish === 'rerun' && !wish.onDuplicate);
const mayForce = (wish: AdmissionWish) =>
  (wish.role === 'operator' || wish.role === 'admin') && Boolean(wish.reason);
const failed = (facts: AdmissionFacts) =>
  facts.current?.state === 'failed' || facts.current?.state === 'cancelled';

always('an open run is never doubled', (facts, _wish, is) => {
  return !(is.outcome === 'start' && facts.current && isOpen(facts.current.state));
});
always(
  'a no-repeat analysis with a result starts only with authority, given or inherited',
  (facts, wish, is) => {
    if (is.outcome !== 'start' || facts.policy !== 'no-repeat') return true;
    if (!facts.standing && facts.current?.state !== 'completed') return true;
    const inherited =
      wish.wish === 'retry' && !wish.onDuplicate && facts.current?.authorised === true && failed(facts);
    return is.authorised && is.reason !== null && (inherited || (wantsAgain(wish) && mayForce(wish)));
  },
);
always('a reader starts nothing and is told no state', (_facts, wish, is) => {
  return (
    wish.role !== 'reader' || (is.outcome === 'refused' && is.code === 'FORBIDDEN' && is.generation === null)
  );
});
always('a resource that is not there starts nothing', (facts, _wish, is) => {
  return facts.resource === 'present' || is.outcome === 'refused';
});
always('whether a caller may ask does not depend on the state of the ledger', (facts, wish, is) => {
  const elsewhere = decideAdmission({ ...facts, current: null, standing: null }, wish);
  const right = (decision: AdmissionDecision) =>
    decision.outcome === 'refused' && decision.code !== 'CONFLICT' ? decision.code : null;
  return right(is) === right(elsewhere);
});
always('an answer names a generation that the ledger has', (facts, _wish, is) => {
  if (is.outcome === 'start' || (is.outcome === 'refused' && is.generation === null)) return true;
  return is.generation === facts.current?.generation || is.generation === facts.standing?.generation;
});
always('`completed` never names a failed or open run', (facts, _wish, is) => {
  if (is.outcome !== 'completed') return true;
  if (facts.standing) return is.generation === facts.standing.generation;
  return facts.current?.state === 'completed';
});
always(
  'a follow-up is recorded for `coalesce` on an open run only, with authority where it is needed',
  (facts, wish, is) => {
    if (is.outcome !== 'running') return true;
    if (wish.onDuplicate !== 'coalesce') return is.followUp === null;
    return is.followUp !== null && is.followUp.authorised === (facts.policy === 'no-repeat');
  },
);
always('nothing is stale or different when the same is asked of the same', (facts, wish, is) => {
  const same = (made: {
    paramsHash: string;
    sourceHash: string;
    analyserVersion: number;
    pin: string | null;
  }) =>
    made.paramsHash === wish.paramsHash &&
    made.sourceHash === wish.sourceHash &&
    made.analyserVersion === facts.analyserVersion &&
    (made.pin === null || wish.observedPin === null || made.pin === wish.observedPin);
  if (is.outcome === 'running' && facts.current) return same(facts.current) === (is.differs.length === 0);
  if (is.outcome === 'completed' && facts.standing) return same(facts.standing) === (is.stale.length === 0);
  return true;
});
always('every decision says why', (_facts, _wish, is) => is.why.length > 0);

test('a retry of a failed rerun inherits its authority and reason, for a submitter too; a submit does not', () => {
  const facts = factsShowing('failed rerun', 'no-repeat');
  const current = { ...facts.current, authorised: true, reason: 'new model' } as AdmissionFacts['current'];
  const wish = { role: 'submitter', paramsHash: 'p', sourceHash: 's', observedPin: null } as const;
  expect(decideAdmission({ ...facts, current }, { ...wish, wish: 'retry' })).toMatchObject({
    outcome: 'start',
    authorised: true,
    reason: 'new model',
  });
  expect(decideAdmission({ ...facts, current }, { ...wish, wish: 'submit' })).toMatchObject({
    outcome: 'completed',
    why: 'generation 1 completed; rerun 2 failed, its result stands; this kind is not repeated',
  });
});

test('a follow-up is decided by the table when the run closes, with the authority it was asked with', () => {
  const cases = [
    ['present', 'no-repeat', true, false, 'answered'],
    ['present', 'no-repeat', true, true, 'start'],
    ['present', 'no-repeat', false, false, 'start'],
    ['present', 'allow-rerun', true, false, 'start'],
    ['deleted', 'allow-rerun', true, true, 'answered'],
  ] as const;
  for (const [resource, policy, stands, authorised, outcome] of cases) {
    const { standing } = factsShowing(stands ? 'completed' : 'nothing', policy);
    expect(decideFollowUp({ policy, resource, standing }, { authorised }).outcome).toBe(outcome);
  }
});

test('Temporal itself refuses a completed no-repeat run a second time, unless it may run again', () => {
  const plain = { policy: 'no-repeat', authorised: false, incarnation: 1 } as const;
  expect(reusePolicyOf(plain)).toBe('ALLOW_DUPLICATE_FAILED_ONLY');
  for (const changed of [{ policy: 'allow-rerun' as const }, { authorised: true }, { incarnation: 2 }]) {
    expect(reusePolicyOf({ ...plain, ...changed })).toBe('ALLOW_DUPLICATE');
  }
});
