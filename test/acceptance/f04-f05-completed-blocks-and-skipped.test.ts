/**
 * F4: "completed" blocks light, idempotent analyses for ever. F5: the caller gets "skipped" and cannot show anything.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Refused } from '../../client/index.ts';
import { launch, type Product, penguins, startProduct } from '../support/product.ts';

let product: Product;
let film: string;
let table: string;
beforeAll(async () => {
  product = await startProduct();
  film = product.place(launch);
  table = product.place(penguins);
});
afterAll(() => product.stop());

type Entry = (kind: 'video' | 'profiling', resourceId: string) => Promise<Answered>;
type Answered = Pick<Answer, 'outcome' | 'generation' | 'why'> & { readonly hasResult: boolean };

const source = (kind: string) => (kind === 'video' ? film : table);

function answered(answer: Answer | Refused | undefined): Answered {
  if (!answer || answer.outcome === 'refused') throw new Error(`refused: ${answer?.error.message}`);
  return { ...answer, hasResult: answer.result !== undefined };
}

/** Every way in, each brought to the same form. */
const entries: Readonly<Record<string, Entry>> = {
  client: async (kind, resourceId) =>
    answered(await product.client.submit(kind, resourceId, { source: source(kind) })),
  submitMany: async (kind, resourceId) => {
    const [answer] = await product.client.submitMany([{ kind, resourceId, source: source(kind) }]);
    return answered(answer);
  },
  transaction: async (kind, resourceId) => {
    const pool = new pg.Pool({ connectionString: product.embedded.databaseUrl, max: 1 });
    const connection = await pool.connect();
    try {
      await connection.query('begin');
      const answer = await product.client.submitInTransaction(connection, kind, resourceId, {
        source: source(kind),
      });
      await connection.query('commit');
      return answered(answer);
    } finally {
      connection.release();
      await pool.end();
    }
  },
  cli: async (kind, resourceId) => {
    const run = await product.cli(['submit', kind, resourceId, '--source', source(kind), '--json']);
    const record = run.records[0] as Record<string, unknown>;
    expect(run.code, run.stderr).toBe(0);
    return {
      outcome: record['outcome'] as Answered['outcome'],
      generation: record['generation'] as number,
      why: record['why'] as string,
      hasResult: record['result'] !== undefined,
    };
  },
};

describe.each(Object.entries(entries))('through %s', (entry, submit) => {
  it('answers a second submit with the run, then with the result, and computes a finished video once', async () => {
    const id = `film-${entry}`;
    // Held where it cannot finish between the two submits, however slow the entry point is.
    const gpu = product.embedded.pids()['gpu'] ?? 0;
    process.kill(gpu, 'SIGSTOP');
    const first = await submit('video', id);
    expect(first).toMatchObject({ outcome: 'started', generation: 1 });
    const second = await submit('video', id);
    process.kill(gpu, 'SIGCONT');
    expect(second).toMatchObject({
      outcome: 'running',
      generation: 1,
      why: expect.stringContaining('generation 1'),
    });
    await product.client.result({ kind: 'video', resourceId: id });
    const children = product.childrenStarted();
    const again = await submit('video', id);
    expect(again).toMatchObject({ outcome: 'completed', generation: 1, hasResult: true });
    expect(again.why).toMatch(/not repeated/);
    expect(product.childrenStarted()).toBe(children);
  });

  it('runs a finished profile again', async () => {
    const id = `table-${entry}`;
    expect(await submit('profiling', id)).toMatchObject({ outcome: 'started', generation: 1 });
    await product.client.result({ kind: 'profiling', resourceId: id });
    expect(await submit('profiling', id)).toMatchObject({ outcome: 'started', generation: 2 });
    await product.client.result({ kind: 'profiling', resourceId: id, generation: 2 });
  });

  it('starts the next generation after a failure and after a cancel', async () => {
    const id = `broken-${entry}`;
    const ref = { kind: 'video', resourceId: id } as const;
    await product.client.submit('video', id, { source: table });
    await expect(product.client.result(ref)).rejects.toMatchObject({ code: 'ANALYSIS_FAILED' });
    expect(await submit('video', id)).toMatchObject({
      outcome: 'started',
      generation: 2,
      why: expect.stringContaining('generation 1 failed'),
    });
    await product.client.cancel(ref);
    await expect(product.client.result(ref)).rejects.toMatchObject({ code: 'ANALYSIS_CANCELLED' });
    expect(await submit('video', id)).toMatchObject({
      outcome: 'started',
      generation: 3,
      why: expect.stringContaining('cancelled'),
    });
    await product.client.result(ref);
  });
});

it('remembers who was answered without a run, and what', async () => {
  const calls = await product.client.duplicates({ kind: 'video', resourceId: 'film-client' });
  expect(calls.map((call) => call.outcome)).toEqual(expect.arrayContaining(['running', 'completed']));
  for (const call of calls)
    expect(call).toMatchObject({
      requestedBy: expect.any(String),
      why: expect.stringContaining('generation 1'),
    });
});
