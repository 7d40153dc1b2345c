/** What a machine runs out of is said by name, costs no answer, and mends by itself when there is room again. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/flow.ts';
import { attemptsOf, generationsOf } from '../support/ledger-facts.ts';
import { launch, type Product, penguins, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const user = process.getuid?.() ?? -1;

/** Mounting takes root, which the user of a CI machine may become without a password. */
function asRoot(program: string, ...rest: readonly string[]): boolean {
  const [command = '', ...args] = [...(user === 0 ? [] : ['sudo', '-n']), program, ...rest];
  return spawnSync(command, args).status === 0;
}

const canMount = process.platform === 'linux' && asRoot('true');

/** A small disk under the attempts' directories, filled to the last byte, for as long as the work takes. */
async function withFullDisk(work: (makeRoom: () => void) => Promise<void>): Promise<void> {
  const attempts = join(product.embedded.dataDirectory, 'attempts');
  const ballast = join(attempts, 'ballast');
  mkdirSync(attempts, { recursive: true, mode: 0o700 });
  const options = `size=64m,mode=0700,uid=${user}`;
  expect(asRoot('mount', '-t', 'tmpfs', '-o', options, 'attempts', attempts)).toBe(true);
  try {
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']);
    await work(() => rmSync(ballast));
  } finally {
    asRoot('umount', '--lazy', attempts);
  }
}

describe.runIf(canMount)('a full disk', () => {
  it.each([
    ['video', launch],
    ['profiling', penguins],
  ] as const)(
    'under a %s is DISK_FULL with a hint, and the analysis goes on when there is room',
    async (kind, file) => {
      const source = product.place(file);
      await withFullDisk(async (makeRoom) => {
        const answer = await product.client.submit(kind, `full-${kind}`, { source });
        const failed = await eventually('an attempt found no room', async () => {
          const steps = await product.client.steps(answer);
          return steps.find((step) => step.failure !== null)?.failure;
        });
        expect(failed).toMatchObject({ code: 'DISK_FULL', hint: expect.stringContaining('make room') });
        expect((await product.client.get(answer))?.state).toBe('running');
        makeRoom();
        await product.client.result(answer);
      });
      expect(await generationsOf(product, `full-${kind}`)).toEqual(['1 submit completed']);
      const codes = (await attemptsOf(product, `full-${kind}`)).map((attempt) => attempt.code);
      expect(new Set(codes)).toEqual(new Set([null, 'DISK_FULL']));
    },
  );
});

describe('a crowded pool', () => {
  it('refuses 200 callers by name after the stated wait, and serves 200 when it has room again', async () => {
    const client = await product.connect({ poolMax: 2, poolWaitMs: 2_000 });
    const source = product.place(penguins);
    for (const id of ['held-0', 'held-1']) await client.resources.put(id, source);
    const holder = new pg.Client({ connectionString: product.embedded.databaseUrl });
    await holder.connect();
    try {
      await holder.query('begin');
      await holder.query(`select 1 from onceflow.resources where resource_id like 'held-%' for update`);
      const held = ['held-0', 'held-1'].map((id) => client.submit('profiling', id, { source }));
      await eventually('both connections wait', async () => {
        const waiting = await product.sql(
          `select 1 from pg_stat_activity where application_name = 'onceflow' and wait_event_type = 'Lock'`,
        );
        return waiting.length === 2;
      });
      const asked = performance.now();
      const refused = await Promise.allSettled(Array.from({ length: 200 }, () => client.list()));
      expect(performance.now() - asked).toBeLessThan(2_000 + 5_000);
      for (const one of refused) {
        expect(one).toMatchObject({ status: 'rejected', reason: { code: 'POOL_EXHAUSTED' } });
      }
      await holder.query('commit');
      for (const answer of await Promise.all(held)) expect(answer).toMatchObject({ outcome: 'started' });
    } finally {
      await holder.end();
    }
    await eventually('200 at once are served', async () => {
      const calls = Array.from({ length: 200 }, (_, index) =>
        client.get({ kind: 'profiling', resourceId: `held-${index % 2}` }),
      );
      return (await Promise.allSettled(calls)).every((one) => one.status === 'fulfilled');
    });
    await client.close();
  });
});
