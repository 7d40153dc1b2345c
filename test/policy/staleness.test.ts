import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Basis, computationReasons, staleReasons } from '../../policy/staleness.ts';

const step = fc.constantFrom('video.probe', 'video.chunk', 'video.result');
const versions = fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 });
const models = fc.uniqueArray(fc.constantFrom('vad@1', 'vad@2', 'ocr@1'), { maxLength: 2 });
const bases: fc.Arbitrary<Basis> = fc.record({
  paramsHash: fc.constantFrom('p1', 'p2'),
  sourceHash: fc.constantFrom('s1', 's2'),
  analyserVersion: fc.integer({ min: 1, max: 2 }),
  pin: fc.constantFrom(null, '1:1:1', '2:2:2'),
  steps: fc.option(fc.dictionary(step, versions), { nil: undefined }),
  models: fc.option(fc.dictionary(step, models), { nil: undefined }),
});

describe('a result', () => {
  test('is not stale against what it was made with, in whatever order that is told', () => {
    const turned = (basis: Basis): Basis => ({
      ...basis,
      steps: basis.steps && Object.fromEntries(Object.entries(basis.steps).reverse()),
      models:
        basis.models &&
        Object.fromEntries(Object.entries(basis.models).map(([name, of]) => [name, [...of].reverse()])),
    });
    fc.assert(fc.property(bases, (basis) => staleReasons(basis, turned(basis)).length === 0));
  });

  test('names each reason once, and only reasons that are there', () => {
    fc.assert(
      fc.property(bases, bases, (made, now) => {
        const reasons = staleReasons(made, now);
        const has = (start: string) => reasons.filter((reason) => reason.startsWith(start)).length;
        expect(has('params changed')).toBe(made.paramsHash === now.paramsHash ? 0 : 1);
        expect(has('analyser changed')).toBe(made.analyserVersion === now.analyserVersion ? 0 : 1);
        if (made.sourceHash !== now.sourceHash) expect(has('content changed')).toBe(1);
        expect(new Set(reasons).size).toBe(reasons.length);
        expect(reasons.slice(-computationReasons(made, now).length || reasons.length)).toEqual(
          computationReasons(made, now),
        );
      }),
    );
  });

  test('is never stale by what nobody recorded', () => {
    fc.assert(
      fc.property(bases, bases, (made, now) => {
        const { steps: _steps, models: _models, ...unrecorded } = { ...made, pin: null };
        const reasons = staleReasons(unrecorded, { ...now, sourceHash: made.sourceHash });
        return reasons.every((reason) => reason === 'params changed' || reason === 'analyser changed');
      }),
    );
  });
});

const made = { analyserVersion: 1, steps: { a: [1], b: [1, 2] }, models: { a: ['x@1'], b: [] } };
test.each([
  ['the same', {}, []],
  ['a step that it did not need is new', { steps: { a: [1], b: [1, 2], c: [9] } }, []],
  ['a step has another version', { steps: { a: [2], b: [1, 2] } }, ['step version changed: a']],
  ['instances were done by two versions', { steps: { a: [1], b: [2] } }, ['step version changed: b']],
  ['steps are gone', { steps: {} }, ['step version changed: a, b']],
  ['a model has another digest', { models: { a: ['x@2'], b: [] } }, ['model changed: a']],
  ['a step that had none got a model', { models: { a: ['x@1'], b: ['y@1'] } }, ['model changed: b']],
  ['a model is not known to who asks', { models: { a: ['x@absent'], b: [] } }, []],
  ['a step without models is gone', { models: { a: ['x@1'] } }, []],
  [
    'everything',
    { analyserVersion: 2, steps: { a: [2], b: [1, 2] }, models: {} },
    ['analyser changed', 'step version changed: a', 'model changed: a'],
  ],
] as const)('%s', (_title, changed, reasons) => {
  expect(computationReasons(made, { ...made, ...changed })).toEqual(reasons);
});

test('a model that was not there when it was made proves no change: whether it is there now, only the machine knows', () => {
  const without = { ...made, models: { a: ['x@absent', 'z@1'] } };
  expect(computationReasons(without, { ...made, models: { a: ['x@1', 'z@1'] } })).toEqual([]);
  expect(computationReasons(without, { ...made, models: { a: ['x@1', 'z@2'] } })).toEqual([
    'model changed: a',
  ]);
});
