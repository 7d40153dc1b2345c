/** Analyses that a commit starts: with the result or not at all, and each once. */
import { expect, test } from 'vitest';
import type { FollowOn } from '../../ledger/ledger.ts';
import { withLedger } from '../support/postgres.ts';
import { claimed, commitOf, complete, fenceOf, finishAs, freshId, submit } from './verbs.ts';

const db = withLedger();
const image: FollowOn = { kind: 'image', policy: 'allow-rerun', analyserVersion: 1 };
const video: FollowOn = { kind: 'video', policy: 'no-repeat', analyserVersion: 1 };

/** An upload that has its result, and has still to commit it. */
async function readyUpload(resourceId: string) {
  const answer = await submit(db.ledger, resourceId, { kind: 'upload' });
  const run = await claimed(db.ledger, answer);
  const fence = await fenceOf(db.ledger, run);
  await finishAs(db.ledger, run, fence, { ok: 1 });
  return { commit: (starts: readonly FollowOn[]) => db.ledger.commit(commitOf(run, fence, { starts })) };
}

const runsOf = async (resourceId: string) => {
  const views = await Promise.all(['image', 'video'].map((kind) => db.ledger.runs({ kind, resourceId })));
  return views.flat().map(({ kind, generation, trigger, state }) => ({ kind, generation, trigger, state }));
};

test('a commit starts analyses of the same resource, dispatched like any submit, once however often it is repeated', async () => {
  const id = freshId();
  const upload = await readyUpload(id);
  expect(await upload.commit([image, video])).toMatchObject({ verdict: 'committed' });
  expect(await upload.commit([image, video])).toMatchObject({ verdict: 'committed' });
  const started = { generation: 1, trigger: 'submit', state: 'pending' };
  expect(await runsOf(id)).toEqual([
    { kind: 'image', ...started },
    { kind: 'video', ...started },
  ]);
  const due = await db.ledger.takeDispatches(1000, 1000);
  const own = due.filter(({ resourceId }) => resourceId === id);
  expect(own.map(({ owner, priority }) => [owner, priority])).toEqual([
    ['lab', 3],
    ['lab', 3],
  ]);
});

test('a later upload joins a run that is open, and lets a result of the same bytes stand', async () => {
  const id = freshId();
  await (await readyUpload(id)).commit([image, video]);
  const open = await db.ledger.get({ kind: 'image', resourceId: id });
  if (!open?.run) throw new Error('not started');
  const run = await claimed(db.ledger, { ...open.run, outcome: 'started', incarnation: 1, why: '' } as never);
  await complete(db.ledger, run);
  await (await readyUpload(id)).commit([image, video]);
  expect((await runsOf(id)).map(({ kind, generation }) => `${kind} ${generation}`)).toEqual([
    'image 1',
    'video 1',
  ]);
});

test('a commit that is refused starts nothing', async () => {
  const id = freshId();
  const upload = await readyUpload(id);
  await db.ledger.requestCancel(
    { kind: 'upload', resourceId: id },
    { actor: 'ada', owner: 'lab', role: 'operator' },
    null,
  );
  expect((await upload.commit([image])).verdict).not.toBe('committed');
  expect(await runsOf(id)).toEqual([]);
});

test('commits and submits of all kinds of one resource, at the same time, all come through', async () => {
  const ids = Array.from({ length: 10 }, freshId);
  const uploads = await Promise.all(ids.map(readyUpload));
  const [commits, submits] = await Promise.all([
    Promise.all(uploads.map((upload) => upload.commit([image, video]))),
    Promise.all(
      ids.flatMap((id) => ['image', 'upload', 'video'].map((kind) => submit(db.ledger, id, { kind }))),
    ),
  ]);
  expect(commits.map(({ verdict }) => verdict)).toEqual(ids.map(() => 'committed'));
  expect(submits).toHaveLength(30);
  for (const id of ids) expect((await runsOf(id)).filter(({ generation }) => generation > 1)).toEqual([]);
});
