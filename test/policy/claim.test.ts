import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ClaimDecision,
  type ClaimFacts,
  decideClaim,
  type GenerationFacts,
} from '../../policy/claim.ts';
import { isOpen, runStates } from '../../policy/states.ts';

const me = 'me';
const generation: fc.Arbitrary<GenerationFacts> = fc
  .record({
    generation: fc.integer({ min: 1, max: 3 }),
    state: fc.constantFrom(...runStates),
    cancelRequested: fc.boolean(),
    owner: fc.constantFrom(me, 'other'),
  })
  .map(({ owner, state, cancelRequested, ...rest }) => ({
    ...rest,
    state,
    cancelRequested: cancelRequested && state === 'running',
    temporalRunId: state === 'pending' ? null : owner,
  }));
const anyFacts: fc.Arbitrary<ClaimFacts> = fc.record({
  origin: fc.constantFrom('dispatched' as const, 'direct' as const, 'reset' as const),
  temporalRunId: fc.constant(me),
  resource: fc.constantFrom('present' as const, 'present' as const, 'deleted' as const, 'unknown' as const),
  registered: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    generation,
    fc.constant('turned-away' as const),
  ),
  named: fc.option(generation),
  newest: fc.option(generation),
  newestGeneration: fc.constant(3),
  registrations: fc.integer({ min: 0, max: 2 }),
  described: fc.option(
    fc.record({ registeredBefore: fc.integer({ min: 0, max: 2 }), openAndCurrent: fc.boolean() }),
    { nil: undefined },
  ),
  otherRun: fc.option(fc.record({ temporalRunId: fc.constantFrom('other', 'third'), open: fc.boolean() }), {
    nil: undefined,
  }),
  keptIncarnation: fc.constantFrom(null, 1, 2),
  incarnation: fc.constantFrom(1, 2),
  admission: fc.constantFrom<ClaimFacts['admission']>(
    { outcome: 'start', authorised: false, reason: null, why: 'x' },
    { outcome: 'completed', generation: 1, why: 'x', stale: [] },
    { outcome: 'refused', code: 'FORBIDDEN', generation: null, why: 'x' },
  ),
});

const takes: readonly ClaimDecision['action'][] = ['register', 'start-direct', 'adopt'];

function always(name: string, holds: (facts: ClaimFacts, is: ClaimDecision) => boolean) {
  test(name, () => {
    fc.assert(
      fc.property(anyFacts, (facts) => holds(facts, decideClaim(facts))),
      { numRuns: 10_000 },
    );
  });
}

always('only an unregistered run of a present resource takes anything', (facts, is) => {
  return !takes.includes(is.action) || (facts.registered === null && facts.resource === 'present');
});
always(
  'ZOMBIE, CAS: whoever takes without being the dispatched first one was looked at, open, and nobody came since',
  (facts, is) => {
    if (!takes.includes(is.action)) return true;
    if (is.action === 'register' && facts.origin === 'dispatched' && facts.named?.state === 'pending')
      return true;
    return (
      facts.described?.openAndCurrent === true && facts.described.registeredBefore === facts.registrations
    );
  },
);
always('a place is taken from another run only when that run is closed', (facts, is) => {
  if (is.action !== 'register') return true;
  const target = facts.origin === 'direct' ? facts.newest : facts.named;
  if (target?.state !== 'running') return true;
  return facts.otherRun?.open === false && facts.otherRun.temporalRunId === target.temporalRunId;
});
always('RINC: steps of another incarnation are never adopted', (facts, is) => {
  return (
    is.action !== 'adopt' || facts.keptIncarnation === null || facts.keptIncarnation === facts.incarnation
  );
});
always('only a reset adopts, only a direct start opens', (facts, is) => {
  if (is.action === 'adopt') return facts.origin === 'reset';
  return is.action !== 'start-direct' || facts.origin === 'direct';
});
always('a cancel-requested or closed generation is never taken', (facts, is) => {
  if (is.action !== 'register') return true;
  const target = facts.origin === 'direct' ? facts.newest : facts.named;
  return target !== null && isOpen(target.state) && !target.cancelRequested;
});
always('DIRREP: a registered run hears of its own generation, whatever else has happened', (facts, is) => {
  const { registered } = facts;
  if (registered === null || registered === 'turned-away') return true;
  if (registered.temporalRunId !== me) return is.action === 'cancelled';
  if (registered.state === 'completed' || registered.state === 'failed')
    return is.action === registered.state;
  return (
    is.action === (registered.state === 'running' && !registered.cancelRequested ? 'go-on' : 'cancelled')
  );
});

const base: ClaimFacts = {
  origin: 'dispatched',
  temporalRunId: me,
  resource: 'present',
  registered: null,
  named: null,
  newest: null,
  newestGeneration: 1,
  registrations: 0,
  keptIncarnation: null,
  incarnation: 1,
  admission: { outcome: 'start', authorised: false, reason: null, why: 'never analysed' },
};
const pending: GenerationFacts = {
  generation: 1,
  state: 'pending',
  cancelRequested: false,
  temporalRunId: null,
};
const running: GenerationFacts = { ...pending, state: 'running', temporalRunId: 'other' };
const described = { registeredBefore: 0, openAndCurrent: true };
const cancelling: GenerationFacts = { ...running, cancelRequested: true };
const closed = { otherRun: { temporalRunId: 'other', open: false } };

/** The table of claim, row by row. */
test.each<[string, Partial<ClaimFacts>, ClaimDecision['action']]>([
  ['dispatched, this generation pending', { named: pending }, 'register'],
  ['dispatched, running elsewhere, not looked at', { named: running }, 'describe-other'],
  [
    'dispatched, running elsewhere, open',
    { named: running, otherRun: { temporalRunId: 'other', open: true } },
    'cancelled',
  ],
  ['dispatched, running elsewhere, closed', { named: running, ...closed }, 'describe'],
  ['dispatched, running elsewhere, closed, described', { named: running, ...closed, described }, 'register'],
  ['dispatched, this generation completed', { named: { ...running, state: 'completed' } }, 'completed'],
  ['dispatched, this generation failed', { named: { ...running, state: 'failed' } }, 'failed'],
  ['dispatched, this generation cancelled', { named: { ...running, state: 'cancelled' } }, 'cancelled'],
  ['dispatched, a later generation exists', { named: pending, newestGeneration: 2 }, 'cancelled'],
  ['dispatched, cancel requested, not looked at', { named: cancelling }, 'describe-other'],
  ['dispatched, cancel requested, its run closed', { named: cancelling, ...closed }, 'cancelled'],
  ['direct, cancel requested', { origin: 'direct', newest: cancelling }, 'turn-away'],
  ['direct, resource gone', { origin: 'direct', resource: 'deleted' }, 'turn-away'],
  ['direct, a generation pending', { origin: 'direct', newest: pending, described }, 'register'],
  [
    'direct, running elsewhere, closed',
    { origin: 'direct', newest: running, ...closed, described },
    'register',
  ],
  ['direct, nothing', { origin: 'direct', described }, 'start-direct'],
  ['direct, unknown resource', { origin: 'direct', resource: 'unknown' }, 'refused'],
  ['reset, not looked at', { origin: 'reset' }, 'describe'],
  ['reset, open and current', { origin: 'reset', described }, 'adopt'],
  [
    'reset, not current any more',
    { origin: 'reset', described: { ...described, openAndCurrent: false } },
    'cancelled',
  ],
  ['reset, somebody registered since', { origin: 'reset', described, registrations: 1 }, 'describe'],
  [
    'reset, kept steps of an older incarnation',
    { origin: 'reset', described, keptIncarnation: 1, incarnation: 2 },
    'turn-away',
  ],
  ['any, resource gone', { resource: 'deleted', named: pending }, 'cancelled'],
])('%s', (_row, facts, action) => {
  expect(decideClaim({ ...base, ...facts }).action).toBe(action);
});

test('an unwanted generation that was dispatched again is closed once its own run is', () => {
  const asked = { ...base, named: cancelling };
  expect(decideClaim({ ...asked, ...closed })).toMatchObject({ action: 'cancelled', close: 1 });
  const otherRun = { temporalRunId: 'other', open: true };
  expect(decideClaim({ ...asked, otherRun })).toMatchObject({ action: 'cancelled', close: null });
});

test('a superseded pending generation, and that of a deleted resource, is closed by the run that was to be it', () => {
  const superseded = decideClaim({ ...base, named: pending, newestGeneration: 2 });
  const deleted = decideClaim({ ...base, resource: 'deleted', named: pending });
  expect([superseded, deleted]).toMatchObject([{ close: 1 }, { close: 1 }]);
});
