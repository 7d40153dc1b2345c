import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { migrate } from '../../ledger/index.ts';
import { holdLock } from '../support/hold-lock.ts';
import { withLedger } from '../support/postgres.ts';

const db = withLedger();

test('migrating again applies nothing, also from several processes at once', async () => {
  const both = await Promise.all([migrate(db.databaseUrl), migrate(db.databaseUrl)]);
  expect(both).toEqual([{ applied: [] }, { applied: [] }]);
});

test('a migration that waits for a long read lets others pass, and goes through when the read has ended', async () => {
  const name = '0005_image_hashes_lock';
  await db.sql(`alter table onceflow.image_hashes add constraint image_hashes_resource_id_fkey
                foreign key (resource_id) references onceflow.resources on delete restrict`);
  await db.sql('delete from onceflow.migrations where name = $1', [name]);
  const read = await holdLock(db.databaseUrl, 6_000, 'select from onceflow.resources');
  let migrated = false;
  const migration = migrate(db.databaseUrl).finally(() => {
    migrated = true;
  });
  const tookMs: number[] = [];
  while (!migrated) {
    const begun = performance.now();
    await db.sql('select from onceflow.resources limit 1');
    tookMs.push(performance.now() - begun);
    await db.sql('select pg_sleep(0.05)');
  }
  expect(await migration).toEqual({ applied: [name] });
  expect(Math.max(...tookMs)).toBeLessThan(2_000);
  await read.released;
});
