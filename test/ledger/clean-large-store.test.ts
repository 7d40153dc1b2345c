import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clean } from '../../client/clean.ts';
import { withLedger } from '../support/postgres.ts';
import { claimed, fenceOf, freshId, operator, submit } from './verbs.ts';

const db = withLedger();
const store = mkdtempSync(join(tmpdir(), 'onceflow-large-store-'));
afterAll(() => rmSync(store, { recursive: true, force: true }));

function lay(path: string): void {
  mkdirSync(dirname(join(store, path)), { recursive: true });
  writeFileSync(join(store, path), 'bytes');
}

/** Where an attempt that died two hours ago left a file. */
async function leftByTheDead(): Promise<string> {
  const answer = await submit(db.ledger, freshId());
  const fence = await fenceOf(db.ledger, await claimed(db.ledger, answer), { instance: 'one' });
  await db.ledger.endAttempt(fence, 'its worker died');
  await db.sql(`update onceflow.step_attempts set ended_at = ended_at - interval '2 h'`);
  return `video/${answer.resourceId}/${answer.runId}/video.join/one/${fence}/a.jpg`;
}

test('a large store is read as it is cleaned: what comes while its first files are asked about is found', async () => {
  const path = await leftByTheDead();
  lay(path);
  rmSync(join(store, path));
  for (let file = 0; file < 600; file += 1) lay(`aaa/${file}`);
  let asked = 0;
  const releaseFiles: typeof db.ledger.releaseFiles = (files, ...rest) => {
    asked += 1;
    if (asked === 1) lay(path);
    return db.ledger.releaseFiles(files, ...rest);
  };
  const ledger = { ...db.ledger, releaseFiles };
  const context = { ledger, call: <T>(operation: () => Promise<T>) => operation(), actor: operator };
  const { files, strange } = await clean(context, { store });
  expect(files).toEqual([path]);
  expect(strange).toHaveLength(600);
});
