import { expect, test } from 'vitest';
import type { StepCall } from '../../activities/contract.ts';
import { extensionOf } from '../../activities/frame/input.ts';
import { type KeyFacts, memoryKeyOf } from '../../activities/frame/memory-key.ts';
import { stepRecords } from '../../activities/result-envelope.ts';
import { namesResource, type StepDefinition, stepOf } from '../../kinds/define.ts';
import { madeWithNow } from '../../kinds/made-with.ts';
import { stepSchema } from '../../kinds/envelope.ts';
import { builtInKinds } from '../../kinds/registry.ts';
import { video } from '../../kinds/video/definition.ts';

const step: StepDefinition = { ...stepOf(video, 'video.chunk'), models: ['a', 'b'] };
const call: StepCall = {
  kind: 'video',
  resourceId: 'film',
  incarnation: 1,
  step: step.name,
  instance: 'chunk-0',
  input: { probe: { $output: 7 }, chunk: 0 },
  pin: '1:1:1',
  digest: 'd',
};
const facts: KeyFacts = {
  needsBytes: true,
  owner: 'lab',
  resource: { extension: '.mp4' },
  outputs: new Map([[7, 'output']]),
  provider: 'cuda',
  models: { a: '1', b: '1' },
};
const key = memoryKeyOf(step, call, facts);

test.each([
  ['another id', memoryKeyOf(step, { ...call, resourceId: 'other', pin: '2:2:2', incarnation: 3 }, facts)],
  ['another name of the instance', memoryKeyOf(step, { ...call, instance: 'part-1' }, facts)],
  ['models in another order', memoryKeyOf(step, call, { ...facts, models: { b: '1', a: '1' } })],
  [
    'the same output under another fence',
    memoryKeyOf(
      step,
      { ...call, input: { chunk: 0, probe: { $output: 9 } } },
      { ...facts, outputs: new Map([[9, 'output']]) },
    ),
  ],
])('%s is the same work', (_what, other) => {
  expect(other).toBe(key);
});

test.each([
  ['owner', memoryKeyOf(step, call, { ...facts, owner: 'another' })],
  ['content', memoryKeyOf(step, { ...call, digest: 'e' }, facts)],
  ['extension', memoryKeyOf(step, call, { ...facts, resource: { extension: '.mov' } })],
  ['version', memoryKeyOf({ ...step, version: step.version + 1 }, call, facts)],
  ['model', memoryKeyOf(step, call, { ...facts, models: { a: '1', b: '2' } })],
  ['input', memoryKeyOf(step, { ...call, input: { probe: { $output: 7 }, chunk: 1 } }, facts)],
  ['output that it reads', memoryKeyOf(step, call, { ...facts, outputs: new Map([[7, 'changed']]) })],
  ['provider', memoryKeyOf(step, call, { ...facts, provider: 'cpu' })],
])('another %s is other work', (_what, other) => {
  expect(other).not.toBe(key);
});

test('a step that is never remembered, or whose bytes nobody has read yet, has no key', () => {
  expect(memoryKeyOf({ ...step, remembered: false }, call, facts)).toBeNull();
  expect(memoryKeyOf(step, { ...call, digest: null }, facts)).toBeNull();
});

test.each(builtInKinds.map((definition) => [definition.kind, definition] as const))(
  'of the steps of %s, only the result names the resource',
  (_kind, definition) => {
    const naming = definition.steps.filter((each) => namesResource(definition, each));
    expect(naming.map(({ name }) => name)).toEqual([definition.resultStep]);
    expect(Object.keys(madeWithNow(definition).steps)).toEqual(definition.steps.map(({ name }) => name));
  },
);

test.each([
  ['film.MP4', '.mp4'],
  ['rows.csv.gz', '.csv.gz'],
  ['notes about somebody.final.txt', '.txt'],
  ['no extension', ''],
  ['ends with a dot.', ''],
  ['a.very-long-and-telling-name', ''],
])('of the name %j only %j is a hint', (name, extension) => {
  expect(extensionOf(name)).toBe(extension);
});

test('a step record tells from which runs its instances are, and by which versions they were computed', () => {
  const output = (instance: string, more: object) => ({
    ...{ document: null, artefacts: [], step: 'video.chunk', instance, startedAt: '2026-01-01T00:00:00Z' },
    ...{ ms: 1, attempts: 1, remembered: false, version: 2, ...more },
  });
  const origin = { resourceId: 'other', generation: 3, runId: 'r' };
  const taken = { remembered: true, rememberedFrom: origin, version: 1 };
  const outputs = [output('a', taken), output('b', taken), output('c', { rememberedFrom: null })];
  const [record] = stepRecords(video, outputs, () => ({ tool: 't' }));
  expect(stepSchema.parse(record)).toMatchObject({
    version: '1, 2',
    reason: null,
    remembered_from: [{ resource: 'other', generation: 3, run_id: 'r', instances: 2 }],
  });
  expect(stepRecords(video, [output('c', {})], () => ({ tool: 't' }))[0]?.remembered_from).toBeNull();
});
