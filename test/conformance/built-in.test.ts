/** Every built-in kind is held to the contract that a user's own kind can be held to (`onceflow/conformance`). */
import { afterAll, expect, test } from 'vitest';
import { conformance } from '../../conformance/index.ts';
import { builtInKinds } from '../../kinds/registry.ts';
import { openWorkshop } from '../video/made.ts';
import { sampleOf } from './samples.ts';

const workshop = await openWorkshop();
const kinds = builtInKinds.map(({ kind }) => kind);
const samples = kinds.flatMap((kind) => {
  const inputs = sampleOf[kind]?.(workshop);
  return inputs ? [{ kind, ...inputs }] : [];
});
const verbose = process.env['ONCEFLOW_TEST_VERBOSE'] !== undefined;
const suite = conformance({
  samples,
  // Other tests' machines are busy: the promise of 5 s is held to with the slack that it has elsewhere.
  cancelWithinMs: 8_000,
  onProgress: (line) => verbose && console.log(line),
});
afterAll(async () => {
  await suite.stop();
  workshop.close();
});

test('every built-in kind has a sample', () => {
  expect(Object.keys(sampleOf).toSorted()).toEqual(kinds.toSorted());
});

for (const { title, run } of suite.cases) test(title, { timeout: suite.timeoutMs }, run);
