/** A follow-up analyses the source that its caller gave; what runs before it goes on reading what it began with. */
import { expect, test } from 'vitest';
import type { Answer, SubmitRequest, TemporalRun } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { ask, beginOf, claimed, complete, freshId, operator, request, submit } from './verbs.ts';

const db = withLedger();
const coalesce = { onDuplicate: 'coalesce', requestedBy: operator, reason: 'again' } as const;
const file = (path: string) => ({ type: 'file', path }) as const;

/** A running generation 1 of `/films/<id>`, and what is asked to follow it. */
async function running() {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id));
  const follow = (changed: Partial<SubmitRequest> = {}) => submit(db.ledger, id, { ...coalesce, ...changed });
  return { id, run, follow };
}

async function sourceRead(run: TemporalRun): Promise<unknown> {
  const begun = await db.ledger.begin(beginOf(run, { step: 'video.chunk' }));
  if (begun.verdict !== 'go') throw new Error(`begin: ${JSON.stringify(begun)}`);
  return begun.source;
}

/** Ends generation 1 and reads as generation 2, which follows it. */
async function sourceOfFollowUp(id: string, run: TemporalRun): Promise<unknown> {
  await complete(db.ledger, run);
  const [newest] = await db.ledger.runs({ kind: 'video', resourceId: id });
  expect(newest).toMatchObject({ generation: 2, trigger: 'coalesced' });
  return sourceRead(await claimed(db.ledger, newest as unknown as Answer));
}

test('coalesce with another source: the run goes on with its own, the follow-up reads the new one', async () => {
  const { id, run, follow } = await running();
  expect(await follow({ source: file('/films/new') })).toMatchObject({
    outcome: 'running',
    differs: ['content changed'],
  });
  expect(await sourceRead(run)).toEqual(file(`/films/${id}`));
  expect((await db.ledger.getResource(id))?.source).toEqual(file(`/films/${id}`));
  expect(await sourceOfFollowUp(id, run)).toEqual(file('/films/new'));
  const same = await submit(db.ledger, id, { source: file('/films/new') });
  expect(same).toMatchObject({ outcome: 'running', generation: 2 });
  expect(same).not.toHaveProperty('differs');
  const events = await db.ledger.events({ kind: 'video', resourceId: id });
  expect(events.filter(({ type }) => type === 'resource.put')).toMatchObject([{ actor: 'ada' }]);
});

test('of several who ask, the last who gave a source says which one; who gave none takes nothing away', async () => {
  const { id, run, follow } = await running();
  const { source: _source, ...bare } = request(id, coalesce);
  await follow({ source: file('/films/second') });
  await follow({ source: file('/films/third'), observedPin: '3:3:3' });
  await db.ledger.submit([bare]);
  expect(await sourceOfFollowUp(id, run)).toEqual(file('/films/third'));
  expect(
    await submit(db.ledger, id, { source: file('/films/third'), observedPin: '3:3:3' }),
  ).not.toHaveProperty('differs');
});

test('a source that is put after the follow-up was asked for stands', async () => {
  const { id, run, follow } = await running();
  await follow({ source: file('/films/second') });
  await db.ledger.putResource(id, file('/films/put'), operator);
  expect(await sourceOfFollowUp(id, run)).toEqual(file('/films/put'));
});

test('a deleted resource forgets what was to follow, also its source', async () => {
  const { id, follow } = await running();
  await follow({ source: file('/films/second') });
  await db.ledger.deleteResource(id, operator);
  expect(await ask(db.ledger, id)).toMatchObject({ outcome: 'started', incarnation: 2 });
  expect((await db.ledger.getResource(id))?.source).toEqual(file(`/films/${id}`));
});

test('deletions that meet ends of runs with such a follow-up come through, and nothing is put again by them', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, running));
  await Promise.all(all.map(({ follow }) => follow({ source: file('/films/second') })));
  const ends = await Promise.allSettled(
    all.flatMap(({ id, run }) => [db.ledger.deleteResource(id, operator), complete(db.ledger, run)]),
  );
  expect(ends.filter((_, index) => index % 2 === 0)).toEqual(
    all.map(() => ({ status: 'fulfilled', value: { deleted: true } })),
  );
  const resources = await Promise.all(all.map(({ id }) => db.ledger.getResource(id)));
  expect(resources.map((resource) => resource?.incarnation)).toEqual(all.map(() => 1));
  expect(resources.every((resource) => resource?.deletedAt instanceof Date)).toBe(true);
});

test('a follow-up with the source that the resource has puts nothing', async () => {
  const { id, run, follow } = await running();
  await follow();
  expect(await sourceOfFollowUp(id, run)).toEqual(file(`/films/${id}`));
  const events = await db.ledger.events({ kind: 'video', resourceId: id });
  expect(events.filter(({ type }) => type === 'resource.put')).toEqual([]);
});
