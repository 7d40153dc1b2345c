import { createServer, connect as dial, Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { answered } from '../../ledger/answered.ts';
import { createPool } from '../../ledger/index.ts';
import { withLedger } from '../support/postgres.ts';

/** Postgres' host is gone without a word: no packet comes back, and nobody resets the connection. */
const db = withLedger();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
});

interface Wire {
  readonly databaseUrl: string;
  cut(): void;
}

async function wire(): Promise<Wire> {
  const url = new URL(db.databaseUrl);
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = dial(port, host);
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as { port: number }).port);
  return {
    databaseUrl: url.href,
    cut: () => {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

test('a statement and a transaction that nobody answers end as LEDGER_UNREACHABLE, once each', async () => {
  const { databaseUrl, cut } = await wire();
  const pool = createPool({ databaseUrl, max: 2, waitMs: 8_000, statementTimeoutMs: 200 });
  ends.push(() => pool.close());
  await Promise.all([pool.query('select pg_sleep(0.05)'), pool.query('select pg_sleep(0.05)')]);
  const begun = performance.now();
  const within = pool.transaction(async (tx) => {
    await tx.query('select 1');
    cut();
    await tx.query('select 2');
  });
  await expect(within).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE' });
  await expect(pool.query('select 3')).rejects.toMatchObject({ code: 'LEDGER_UNREACHABLE' });
  expect(performance.now() - begun).toBeLessThan(2 * 5_200 + 2_000);
}, 30_000);

test('a connection that waits for nothing but notices is asked after within seconds, not hours', async () => {
  const asked = vi.spyOn(Socket.prototype, 'setKeepAlive');
  const pool = db.anotherPool({});
  const listener = await pool.connectAlone();
  await listener.end();
  expect(asked).toHaveBeenCalledWith(true, 10_000);
});

test('time in which the process stood still is no time in which nobody answered', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let clockMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clockMs);
  const tick = (ms: number): void => {
    clockMs += ms;
    vi.advanceTimersByTime(1_000);
  };
  const given = vi.fn();
  let answer: (value: string) => void = () => undefined;
  const asked = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const [late, never] = [answered(asked, 5_000), answered(new Promise(() => {}), 5_000)];
  never.catch(given);
  tick(600_000);
  await Promise.resolve();
  expect(given).not.toHaveBeenCalled();
  answer('late');
  expect(await late).toBe('late');
  for (let second = 0; second < 4; second += 1) tick(1_000);
  await expect(never).rejects.toThrow('Query read timeout');
});
