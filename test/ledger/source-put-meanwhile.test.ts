import { expect, test } from 'vitest';
import type { TemporalRun } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { beginOf, claimed, commitOf, fenceOf, finishAs, freshId, operator, submit } from './verbs.ts';

/** A source that is put while a run waits is the one that the run reads: the ledger must say so of its result. */
const db = withLedger();
const file = (path: string) => ({ type: 'file', path }) as const;
const put = (id: string, path: string) => db.ledger.putResource(id, file(path), operator);
const staleOf = async (resourceId: string) =>
  (await db.ledger.getResult({ kind: 'video', resourceId }))?.stale;

async function readBy(run: TemporalRun, step: string): Promise<{ fence: number; path: unknown }> {
  const begun = await db.ledger.begin(beginOf(run, { step }));
  if (begun.verdict !== 'go') throw new Error(`begin: ${JSON.stringify(begun)}`);
  return { fence: begun.fence, path: (begun.source as { path?: string }).path };
}

test.each(['before the claim', 'after the claim', 'after an attempt that left nothing'] as const)(
  'put %s: the result is of the new source',
  async (when) => {
    const id = freshId();
    const answer = await submit(db.ledger, id, { source: file('/old'), observedPin: '1:1:1' });
    if (when === 'before the claim') await put(id, '/new');
    const run = await claimed(db.ledger, answer);
    if (when === 'after an attempt that left nothing') {
      const dead = await readBy(run, 'video.digest');
      expect(dead.path).toBe('/old');
      await put(id, '/new');
      await db.ledger.endAttempt(dead.fence, 'its worker stopped');
    } else if (when === 'after the claim') await put(id, '/new');
    expect(await submit(db.ledger, id, { source: file('/new'), observedPin: '2:2:2' })).not.toHaveProperty(
      'differs',
    );
    expect(await submit(db.ledger, id, { source: file('/old') })).toMatchObject({
      differs: ['content changed'],
    });
    const first = await readBy(run, 'video.digest');
    expect(first.path).toBe('/new');
    await finishAs(db.ledger, run, first.fence, null);
    const last = await fenceOf(db.ledger, run);
    await finishAs(db.ledger, run, last, { ok: 1 });
    await db.ledger.commit(commitOf(run, last));
    expect(await staleOf(id)).toEqual([]);
    await put(id, '/old');
    expect(await staleOf(id)).toEqual(['content changed']);
  },
);

test('put after the bytes were pinned: the run and its result are of the old source', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id, { source: file('/old') }));
  const first = await readBy(run, 'video.digest');
  await finishAs(db.ledger, run, first.fence, null);
  await put(id, '/new');
  expect(await submit(db.ledger, id, { source: file('/new') })).toMatchObject({
    differs: ['content changed'],
  });
  const last = await readBy(run, 'video.join');
  await finishAs(db.ledger, run, last.fence, { ok: 1 });
  await db.ledger.commit(commitOf(run, last.fence));
  expect(await staleOf(id)).toEqual(['content changed']);
});

test('many first attempts at once after such a put all begin', async () => {
  const id = freshId();
  const run = await claimed(db.ledger, await submit(db.ledger, id, { source: file('/old') }));
  await put(id, '/new');
  const steps = Array.from({ length: 8 }, (_, index) => readBy(run, `video.step-${index}`));
  for (const { path } of await Promise.all(steps)) expect(path).toBe('/new');
});
