import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Onceflow } from 'onceflow/client';
import { type Embedded, removeStackData, up } from 'onceflow/embedded';
import pg from 'pg';
import type { ScanResult } from '../schemas.ts';
import { openSite, type Site } from './site.ts';

const home = mkdtempSync(join(tmpdir(), 'domain-scan-'));
const kinds = [new URL('../index.ts', import.meta.url).pathname];
let stack: Embedded;
let onceflow: Onceflow;
let site: Site;

before(async () => {
  site = await openSite();
  const dataDirectory = join(home, 'data');
  stack = await up({ dataDirectory, roots: [home], kinds, ui: 'off' });
  onceflow = await connect({ dataDirectory, kinds, role: 'operator' });
});
after(async () => {
  await onceflow?.close();
  await site?.close();
  await stack?.stop();
  if (stack) await removeStackData(stack.dataDirectory);
  rmSync(home, { recursive: true, force: true });
});

async function eventually<T>(
  what: string,
  look: () => Promise<T | false> | T | false,
  ms = 60_000,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${what}`);
    await delay(50);
  }
}

test('a site is scanned by its links, as its robots.txt allows, and what fails makes the result partial', async () => {
  const answer = await onceflow.submit('domain-scan', 'garden', {
    params: { url: site.url, depth_max: 3, page_bytes_max: 20_000 },
  });
  const { document, status } = await onceflow.result(answer);
  const { site: found, summary } = document as unknown as ScanResult;
  assert.equal(status, 'partial');
  const byPath = new Map(found.pages.map((page) => [page.path, page]));
  assert.deepEqual(
    [...byPath.keys()].sort(),
    [
      '/',
      '/about',
      '/about/people',
      '/about/people/deep',
      '/large',
      '/missing',
      '/moved',
      '/news?page=1',
    ].sort(),
  );
  assert.equal(byPath.get('/')?.title, 'Home & garden');
  assert.deepEqual([byPath.get('/')?.links, byPath.get('/')?.links_outside], [6, 1]);
  assert.deepEqual([byPath.get('/moved')?.redirects, byPath.get('/moved')?.title], [1, 'New home']);
  assert.deepEqual([byPath.get('/large')?.cut, byPath.get('/large')?.body_bytes], [true, 20_000]);
  assert.equal(byPath.get('/missing')?.http_status, 404);
  assert.deepEqual(
    found.failed.map(({ path, code }) => [path, code]),
    [['/away', 'PAGE_REDIRECTS']],
  );
  assert.deepEqual([found.robots, found.disallowed, found.left_out], ['read', 1, 1]);
  assert.ok(!site.asked.includes('/private/diary'), 'robots.txt was not heeded');
  assert.ok(!site.asked.includes('/deeper'), 'it went too deep');
  assert.match(summary.headline, /8 pages, 1 with an error, 1 not fetched/);
});

test('a parent row deleted with SQL, three sub-tasks running: all cancelled within 10 s, no sub-result', async () => {
  const params = { url: `${site.url}hold`, page_timeout_ms: 25_000 };
  const answer = await onceflow.submit('domain-scan', 'held', { params });
  await eventually('three pages are waited for', () => site.waiting() === 3);
  const pages = async () =>
    (await onceflow.steps(answer)).filter(({ instance }) => instance.startsWith('round-1-'));
  assert.deepEqual(
    (await pages()).map(({ state }) => state),
    ['running', 'running', 'running'],
  );

  const sql = new pg.Client({ connectionString: stack.databaseUrl });
  await sql.connect();
  try {
    const deletedAt = Date.now();
    await sql.query(`delete from onceflow.resources where resource_id = 'held'`);
    await eventually(
      'cancelled',
      async () => (await onceflow.runs(answer))[0]?.state === 'cancelled',
      10_000,
    );
    assert.ok(Date.now() - deletedAt < 10_000);
    assert.equal(site.waiting(), 0, 'a sub-task still waits for its page');
    const ended = await pages();
    assert.deepEqual(
      ended.map(({ state }) => state),
      ['ended', 'ended', 'ended'],
    );
    const { rows } = await sql.query(
      `select (select count(*) from onceflow.results where resource_id = 'held')::int as results,
         (select count(*) from onceflow.step_attempts a join onceflow.runs r using (run_id)
           where r.resource_id = 'held' and a.instance like 'round-1-%' and a.document is not null)::int as outputs`,
    );
    assert.deepEqual(rows, [{ results: 0, outputs: 0 }]);
  } finally {
    await sql.end();
  }
});

test('a site that is not there fails by name', async () => {
  const params = { url: 'http://127.0.0.1:9/' };
  const answer = await onceflow.submit('domain-scan', 'nobody', { params });
  await eventually('an attempt failed', async () =>
    (await onceflow.steps(answer)).some((step) => step.failure?.code === 'PAGE_UNREACHABLE'),
  );
  await onceflow.cancel(answer);
});

test('params that make no sense are refused before anything starts', async () => {
  await assert.rejects(onceflow.submit('domain-scan', 'nothing', { params: { url: 'ftp://a.example/' } }), {
    code: 'INVALID_ARGUMENT',
  });
  assert.equal(await onceflow.get({ kind: 'domain-scan', resourceId: 'nothing' }), null);
});
