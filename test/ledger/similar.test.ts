/** Images that look alike: found by their hashes, which stand and fall with the result that has them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { similarQuery } from '../../ledger/operations/similar-images.ts';
import { withLedger } from '../support/postgres.ts';
import { claimed, commitOf, fenceOf, freshId, operator, submit } from './verbs.ts';

const LIMIT = 100;

function hex(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, '0');
}

/** Spread over 64 bits, the same for the same number. */
function hashOf(number: number): string {
  return hex(BigInt(number) * 0x9e3779b97f4a7c15n + 0x123456789abcdefn);
}

function withFlipped(hash: string, bits: readonly number[]): string {
  return hex(bits.reduce((value, bit) => value ^ (1n << BigInt(bit)), BigInt(`0x${hash}`)));
}

describe('hashes of results', () => {
  const db = withLedger();

  async function commitImage(resourceId: string, phash64: string | null): Promise<void> {
    const answer = await submit(db.ledger, resourceId, { kind: 'image' });
    const run = await claimed(db.ledger, answer);
    const fence = await fenceOf(db.ledger, run, { kind: 'image', incarnation: answer.incarnation });
    const value = phash64 === null ? { headline: 'x' } : { imageHashes: { phash64, dhash64: phash64 } };
    const finished = { fence, temporalRunId: run.temporalRunId, value, document: { ok: 1 }, artefacts: [] };
    await db.ledger.finish({
      ...finished,
      pin: 'p',
      memoryKey: null,
      rememberedFrom: null,
      computedWith: { version: 1, models: [] },
    });
    expect(await similar(resourceId, phash64?.padStart(16, '0') ?? hashOf(0))).not.toContain(resourceId);
    const verdict = await db.ledger.commit(commitOf(run, fence, { incarnation: answer.incarnation }));
    expect(verdict.verdict).toBe('committed');
  }

  async function similar(resourceId: string, phash64: string, withinBits = 7): Promise<readonly string[]> {
    const asked = { kind: 'image', resourceId, phash64, dhash64: phash64, withinBits, limit: LIMIT };
    return (await db.ledger.similarImages(asked)).map((one) => one.resourceId);
  }

  test('an image is found from its commit on, by its newest result, until it is deleted', async () => {
    const [first, second] = [freshId(), freshId()];
    await commitImage(first, hashOf(1));
    await commitImage(second, withFlipped(hashOf(1), [0, 20, 40]));
    expect(await similar(first, hashOf(1))).toEqual([second]);
    expect(await db.ledger.imageHashes({ kind: 'image', resourceId: second })).toEqual({
      phash64: withFlipped(hashOf(1), [0, 20, 40]),
      dhash64: withFlipped(hashOf(1), [0, 20, 40]),
    });

    await commitImage(second, hashOf(2));
    expect(await similar(first, hashOf(1))).toEqual([]);
    await commitImage(second, hashOf(1));
    expect(await similar(first, hashOf(1))).toEqual([second]);
    await commitImage(second, null);
    expect(await similar(first, hashOf(1))).toEqual([]);

    await commitImage(second, hashOf(1));
    await db.ledger.deleteResource(second, operator);
    expect(await similar(first, hashOf(1))).toEqual([]);
    expect(await db.ledger.imageHashes({ kind: 'image', resourceId: second })).toBeNull();
    await commitImage(second, hashOf(3));
    expect(await similar(first, hashOf(3))).toEqual([second]);
  });

  test('what is called hashes and is none keeps no result from being committed', async () => {
    const id = freshId();
    await commitImage(id, 'a2');
    expect(await db.ledger.imageHashes({ kind: 'image', resourceId: id })).toBeNull();
  });

  test('a commit waits for no deletion that waits for it: it holds no lock of the resource', async () => {
    const id = freshId();
    const answer = await submit(db.ledger, id, { kind: 'image' });
    const run = await claimed(db.ledger, answer);
    const fence = await fenceOf(db.ledger, run, { kind: 'image' });
    const value = { imageHashes: { phash64: hashOf(7), dhash64: hashOf(7) } };
    const finished = { fence, temporalRunId: run.temporalRunId, value, document: { ok: 1 }, artefacts: [] };
    const more = {
      pin: 'p',
      memoryKey: null,
      rememberedFrom: null,
      computedWith: { version: 1, models: [] },
    };
    await db.ledger.finish({ ...finished, ...more });
    await db.pool.transaction(async (tx) => {
      // What a deletion holds before it asks for the analyses.
      await tx.query('select 1 from onceflow.resources where resource_id = $1 for update', [id]);
      expect(await db.ledger.commit(commitOf(run, fence))).toMatchObject({ verdict: 'committed' });
    });
  });

  test('another owner’s images are not found', async () => {
    const [own, foreign] = [freshId(), freshId()];
    await commitImage(own, hashOf(50));
    await submit(db.ledger, foreign, { kind: 'image', requestedBy: { ...operator, owner: 'stranger' } });
    const [{ owner } = { owner: '' }] = await db.sql<{ owner: string }>(
      'select owner from onceflow.resources where resource_id = $1',
      [foreign],
    );
    expect(owner).toBe('stranger');
    expect(await similar(foreign, hashOf(50))).toEqual([]);
  });
});

describe('at 100,000 images', () => {
  const db = withLedger({ statementTimeoutMs: 120_000 });
  const kept = 100_000;

  beforeAll(async () => {
    await db.sql(`set session_replication_role = replica;
      insert into onceflow.resources (resource_id, owner, source, source_hash)
        select 'i' || n, 'o' || n % 2, '{"type":"file","path":"/x"}', 'h' from generate_series(1, ${kept}) n;
      insert into onceflow.image_hashes (kind, resource_id, incarnation, generation, owner, phash64, dhash64)
        select 'image', 'i' || n, 1, 1, 'o' || n % 2, ('x' || left(md5(n::text), 16))::bit(64)::bigint, 0
          from generate_series(1, ${kept}) n;
      set session_replication_role = origin;
      analyze onceflow.image_hashes; analyze onceflow.resources`);
  }, 120_000);

  const asked = (phash64: string, withinBits = 7) => {
    return { kind: 'image', resourceId: 'i2', phash64, dhash64: hex(0n), withinBits, limit: LIMIT };
  };

  test('a search reads no table from end to end', async () => {
    const { text, values } = similarQuery(asked(hashOf(7)));
    const { rows } = await db.pool.transaction(async (tx) => {
      await tx.query('set local enable_seqscan = on');
      return tx.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan/);
    expect(plan).toMatch(/image_hashes_band_4/);
  });

  test('every image within seven bits is found, and none beyond', async () => {
    const [{ hash } = { hash: '' }] = await db.sql<{ hash: string }>(
      `select lpad(to_hex(phash64), 16, '0') as hash from onceflow.image_hashes where resource_id = 'i4000'`,
    );
    // As spread over the bands as it can be, then all in one, then anywhere.
    const patterns = [
      [0, 1, 16, 17, 32, 33, 48],
      [0, 1, 2, 3, 4, 5, 6],
      [15, 31, 47, 63, 8, 24, 40],
      [63],
      [],
    ];
    for (const bits of patterns) {
      const found = await db.ledger.similarImages(asked(withFlipped(hash, bits)));
      expect(found).toEqual([
        { resourceId: 'i4000', distanceBits: bits.length, dhashDistanceBits: expect.any(Number) },
      ]);
      const closer = await db.ledger.similarImages(asked(withFlipped(hash, bits), bits.length - 1));
      expect(closer).toEqual([]);
    }
    expect(await db.ledger.similarImages(asked(withFlipped(hash, [0, 1, 16, 17, 32, 33, 48, 49])))).toEqual(
      [],
    );
  });
});
