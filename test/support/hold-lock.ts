import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Holds what the statement locks for a while. Answers once it is held, with the promise of its release. */
export async function holdLock(
  databaseUrl: string,
  heldMs: number,
  statement: string,
  values: unknown[] = [],
): Promise<{ readonly released: Promise<void> }> {
  const holder = new pg.Client({ connectionString: databaseUrl });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin');
  await holder.query(statement, values);
  return { released: delay(heldMs).then(() => holder.end()) };
}
