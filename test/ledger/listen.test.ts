import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { listen } from '../../ledger/operations/listen.ts';
import type { LedgerPool } from '../../ledger/pool.ts';

type Listen = 'works' | 'fails' | 'is cut off';

/** Connections that answer LISTEN as they are told, one after the other, the last one for all that follow. */
function connections(...answers: Listen[]) {
  const made: { readonly cut: () => void }[] = [];
  const open = new Set<EventEmitter>();
  const most = { open: 0 };
  const connectAlone = async () => {
    const answer = answers[Math.min(made.length, answers.length - 1)];
    const client = new EventEmitter();
    const cut = () => void (open.delete(client) && client.emit('end'));
    most.open = Math.max(most.open, open.add(client).size);
    made.push({ cut });
    const query = async () => {
      if (answer === 'works') return;
      if (answer === 'is cut off') cut();
      throw new Error(`LISTEN ${answer}`);
    };
    return Object.assign(client, { query, end: async () => cut() }) as unknown as pg.Client;
  };
  return { pool: { connectAlone } as unknown as LedgerPool, made, open, most };
}

test('a connection whose LISTEN fails is ended', async () => {
  const { pool, open } = connections('fails');
  await expect(listen(pool, () => {})).rejects.toThrow('LISTEN fails');
  expect(open.size).toBe(0);
});

test('while LISTEN fails again and again, no more than one connection is open', async () => {
  const { pool, made, open } = connections('works', 'fails', 'fails', 'works');
  const stop = await listen(pool, () => {});
  made[0]?.cut();
  await expect.poll(() => made.length, { timeout: 5000 }).toBe(4);
  expect(open.size).toBe(1);
  await stop();
  expect(open.size).toBe(0);
});

test('a connection that is lost before it listens is replaced by one, not two', async () => {
  const { pool, made, open, most } = connections('works', 'is cut off', 'works');
  const stop = await listen(pool, () => {});
  made[0]?.cut();
  await expect.poll(() => made.length, { timeout: 5000 }).toBeGreaterThanOrEqual(3);
  // By the time that this one is replaced, a second one in its place would have come too.
  made[2]?.cut();
  await expect.poll(() => made.length, { timeout: 5000 }).toBeGreaterThanOrEqual(4);
  expect(made).toHaveLength(4);
  expect(most.open).toBe(1);
  await stop();
  expect(open.size).toBe(0);
});

test('a first connection that is lost before it listens leaves nobody behind who opens others', async () => {
  const { pool, made, open } = connections('is cut off', 'works');
  await expect(listen(pool, () => {})).rejects.toThrow('LISTEN is cut off');
  const stop = await listen(pool, () => {});
  made[1]?.cut();
  await expect.poll(() => made.length, { timeout: 5000 }).toBeGreaterThanOrEqual(3);
  expect(made).toHaveLength(3);
  await stop();
  expect(open.size).toBe(0);
});

test('a notice by hand, whatever it says, ends nothing; those that follow are heard', async () => {
  const heard: unknown[] = [];
  const { pool, open } = connections('works');
  const stop = await listen(pool, (event) => heard.push(event));
  const [client] = open;
  const say = (payload: string | undefined) =>
    client?.emit('notification', { channel: 'onceflow_run', payload });
  for (const payload of [undefined, '', 'hello', 'null', '5', '"x"', '{"w":1,"r":{}}', '{"w":']) say(payload);
  say('{"w":"video:film","r":"one"}');
  expect(heard.at(-1)).toEqual({ channel: 'run', workflowId: 'video:film', runId: 'one' });
  for (const event of heard) {
    expect(event).toEqual({ channel: 'run', workflowId: expect.any(String), runId: expect.any(String) });
  }
  await stop();
});
