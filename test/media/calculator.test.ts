/** Threads for calculations: what goes wrong in one ends its attempt, never the worker. */
import { availableParallelism } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { openCalculator } from '../../activities/frame/calculator.ts';

const calculator = openCalculator();
afterAll(() => calculator.close());

const module = (name: string): URL => new URL(`../support/threads/${name}.ts`, import.meta.url);
const never = new AbortController().signal;
const sum = (): Promise<number> => calculator.calculate(module('add'), { one: 1, other: 2 }, never);

test('a calculation answers, and others go on beside one that is cancelled', async () => {
  const cancelled = new AbortController();
  const endless = calculator.calculate(module('endless'), null, cancelled.signal);
  expect(await sum()).toBe(3);
  cancelled.abort(new Error('cancelled by the test'));
  await expect(endless).rejects.toThrow();
  expect(await sum()).toBe(3);
});

test('those that wait have their turn when all before them are cancelled', async () => {
  const alone = openCalculator();
  const cancelled = new AbortController();
  const busy = Array.from({ length: availableParallelism() }, () =>
    alone.calculate(module('endless'), null, cancelled.signal),
  );
  const waiting = alone.calculate(module('add'), { one: 20, other: 22 }, never);
  cancelled.abort(new Error('cancelled by the test'));
  const endings = await Promise.allSettled(busy);
  expect(endings.every(({ status }) => status === 'rejected')).toBe(true);
  expect(await waiting).toBe(42);
  await alone.close();
});

test('one that takes more memory than it has fails alone', async () => {
  await expect(calculator.calculate(module('greedy'), null, never)).rejects.toThrow(/memory/i);
  expect(await sum()).toBe(3);
});

test('a module that does not exist is an error of the calculation', async () => {
  await expect(calculator.calculate(module('nowhere'), null, never)).rejects.toThrow(/nowhere/);
});
