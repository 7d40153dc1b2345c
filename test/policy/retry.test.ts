import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countFailure, decideRetry, type RetryClass, type StepBudget } from '../../policy/retry.ts';
import { mayAct, roles } from '../../policy/roles.ts';

const failure = { code: 'DECODE_FAILED', message: 'It broke.', hint: 'Mend it.' };

test('a step gives up at the first `never`, the second death of a child, or the fifth retryable failure, and not before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<RetryClass>('never', 'backoff', 'poison'), { maxLength: 12 }),
      (classes) => {
        let spent: StepBudget = { retryableFailures: 0, childDeaths: 0 };
        for (const [index, retry] of classes.entries()) {
          spent = countFailure(spent, retry);
          const so_far = classes.slice(0, index + 1);
          const deaths = so_far.filter((one) => one === 'poison').length;
          const over =
            retry === 'never' || deaths >= 2 || so_far.filter((one) => one === 'backoff').length >= 5;
          const decision = decideRetry(spent, failure, retry);
          expect(decision.outcome).toBe(over ? 'give-up' : 'retry');
          if (decision.outcome === 'retry') continue;
          expect(decision.failure.code).toBe(
            retry !== 'never' && deaths >= 2 ? 'POISON_INPUT' : failure.code,
          );
          return;
        }
      },
    ),
  );
});

test('each role may do what the weaker ones may', () => {
  expect(roles.map((role) => roles.filter((needed) => mayAct(role, needed)).length)).toEqual([1, 2, 3, 4]);
});
