import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Onceflow, OnceflowError } from '../../client/index.ts';
import { startWorld, type World } from './world.ts';

/** What types forbid and JavaScript brings all the same: each call says what is wrong with it, before it does anything. */
let world: World;
let client: Onceflow;
let source = '';
beforeAll(async () => {
  world = await startWorld();
  client = await world.connect();
  source = await world.file();
  await client.submit('profiling', 'known', { source });
});
afterAll(() => world.stop());

const known = { workflowId: 'profiling:known' };
const noText = [null, 0, {}, [], () => 1, Symbol('s'), 10n, true];
const noObject = [null, 0, 'x', [], () => 1, Symbol('s'), 10n, true];
const noNumber = ['x', {}, () => 1, Symbol('s'), 10n, Number.NaN, -1];
const noId = [
  ...noText,
  undefined,
  '',
  'a:b',
  '../etc',
  'a/b',
  'é',
  'ok\n',
  '\u0000',
  '\ud800',
  'x'.repeat(129),
];
const noSource = [null, 0, '', '\u0000', '\ud800', {}, { type: 'http' }, { type: 'file' }];
const badPath = [...noText, '', 'a\u0000'].map((path) => ({ type: 'file', path }));
const badRef = [
  ...[undefined, ...noObject, {}, { kind: 'profiling' }],
  ...noId.slice(1).map((resourceId) => ({ kind: 'profiling', resourceId })),
  ...[5, 'No Kind', ''].map((kind) => ({ kind, resourceId: 'known' })),
  ...[0, -1, 1.5, '1', {}, Number.NaN, 2 ** 31].map((generation) => ({
    ...{ kind: 'profiling', resourceId: 'known' },
    generation,
  })),
  ...[null, 5, 'x', 'profiling:'].map((workflowId) => ({ workflowId })),
  ...[null, 5].map((runId) => ({ runId })),
];
const badOptions: readonly (readonly [string, readonly unknown[]])[] = [
  ['params', ['x', 5, []]],
  ['onDuplicate', ['again', ...noText.slice(1)]],
  ['reason', [...noText.slice(1), 'x'.repeat(1001)]],
  ['priority', [0, 6, 1.5, ...noNumber]],
  ['requestedBy', ['', ...noText.slice(1)]],
  ['idempotencyKey', ['', 'x'.repeat(201), ...noText.slice(1)]],
  ['fromScratch', ['no', 0, {}]],
  ['source', [...noSource, ...badPath]],
];

type Verb = (...given: readonly unknown[]) => Promise<unknown>;
const loose = () => client as unknown as Readonly<Record<string, Verb>>;
const call = (verb: string, ...given: readonly unknown[]) => loose()[verb]?.(...given) ?? Promise.resolve();
const resources = () => client.resources as unknown as Readonly<Record<'put' | 'get' | 'delete', Verb>>;
const firstUpdate = (...given: readonly unknown[]) =>
  client.watch(...(given as Parameters<Onceflow['watch']>)).next();

const wrongCalls: Readonly<Record<string, () => readonly (() => Promise<unknown>)[]>> = {
  references: () =>
    ['get', 'runs', 'steps', 'events', 'duplicates', 'similar', 'cancel', 'retry', 'rerun', 'reset', 'result']
      .flatMap((verb) => badRef.map((ref) => () => call(verb, ref)))
      .concat(badRef.map((ref) => () => firstUpdate(ref))),
  'options that are none': () =>
    ['events', 'duplicates', 'similar', 'cancel', 'retry', 'rerun', 'reset', 'result']
      .flatMap((verb) => noObject.map((options) => () => call(verb, known, options)))
      .concat(noObject.map((options) => () => firstUpdate(known, options)))
      .concat(noObject.map((options) => () => call('submit', 'profiling', 'new', options)))
      .concat(noObject.map((options) => () => call('list', options)))
      .concat([undefined, ...noObject].map((options) => () => call('clean', options))),
  submits: () => [
    ...noId.map((id) => () => call('submit', 'profiling', id, { source })),
    ...['nope', ...noText].map((kind) => () => call('submit', kind, 'new', { source })),
    ...badOptions.flatMap(([name, values]) =>
      values.map((value) => () => call('submit', 'profiling', 'new', { source, [name]: value })),
    ),
    ...[undefined, ...noObject.filter((list) => !Array.isArray(list)), [null], ['x'], [{}]].map(
      (items) => () => call('submitMany', items),
    ),
    ...[undefined, ...noObject, {}].map(
      (caller) => () => call('submitInTransaction', caller, 'profiling', 'new', { source }),
    ),
  ],
  resources: () => [
    ...noId.flatMap((id) => [
      () => resources().put(id, source),
      () => resources().get(id),
      () => resources().delete(id),
    ]),
    ...[undefined, ...noSource, ...badPath].map((bad) => () => resources().put('new', bad)),
  ],
  'limits, filters, waits and points': () => [
    ...noNumber.flatMap((limit) => [
      () => call('events', known, { limit }),
      () => call('duplicates', known, { limit }),
      () => call('similar', known, { limit }),
      () => call('result', known, { timeoutMs: limit }),
      () => call('clean', { store: '/nowhere', keepDays: limit }),
      () => call('clean', { store: '/nowhere', keepCallsDays: limit }),
    ]),
    ...noNumber.slice(0, -1).map((limit) => () => call('list', { limit })),
    ...noText.flatMap((text) =>
      ['kind', 'owner', 'resourceId', 'cursor', 'state'].map((name) => () => call('list', { [name]: text })),
    ),
    () => call('list', { state: 'done' }),
    () => call('list', { cursor: 'nonsense' }),
    ...[0, 'x', {}].map((signal) => () => call('result', known, { signal })),
    ...noText.slice(1).map((reason) => () => call('cancel', known, { reason })),
    ...[null, 5, 'middle', {}, { step: 5 }, { eventId: 'x' }].map((to) => () => call('reset', known, { to })),
    ...[...noText, '', 'artefacts', '/a\u0000'].map((store) => () => call('clean', { store })),
  ],
  connections: () =>
    [
      ...noObject,
      ...['x', [5], [{}]].map((kinds) => ({ kinds })),
      ...[5, 'later'].map((dispatch) => ({ dispatch })),
      ...[5, 'x'].flatMap((value) => [{ env: value }, { temporal: value }]),
    ].map((options) => () => connect(options as never)),
};

describe.each(Object.keys(wrongCalls))('wrong %s', (what) => {
  it('are INVALID_ARGUMENT, with a sentence and a hint', async () => {
    for (const wrong of wrongCalls[what]?.() ?? []) {
      const error = await wrong().then(
        (answer) => ({ answer, call: String(wrong) }),
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(OnceflowError);
      const { code, message, hint } = error as OnceflowError;
      expect({ code, message }).toEqual({ code: 'INVALID_ARGUMENT', message });
      expect(hint).not.toBe('');
      expect(message).not.toMatch(/undefined|\[object/);
      expect(message.length).toBeLessThan(400);
    }
    expect(await client.get({ kind: 'profiling', resourceId: 'new' })).toBeNull();
  });
});

it('whatever is asked of a closed client is CLOSED, also what waited when it was closed', async () => {
  const closing = await world.connect();
  const waiting = closing.result(known).catch((error: unknown) => error);
  await closing.get(known);
  await closing.close();
  for (const late of [() => closing.get(known), () => closing.submit('text', 'x', { source })]) {
    await expect(late()).rejects.toMatchObject({ name: 'OnceflowError', code: 'CLOSED' });
  }
  expect(await waiting).toMatchObject({ code: 'CLOSED' });
});
