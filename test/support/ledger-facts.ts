import { eventually } from './flow.ts';
import type { Product } from './product.ts';
import { runningChildren } from './witness.ts';

/** What psql shows of an analysis, past every layer of the product. */
export const decoding = /chunk|decode|measure/i;

export interface AttemptRow {
  readonly fence: number;
  readonly step: string;
  readonly instance: string;
  readonly state: 'running' | 'finished' | 'failed' | 'ended';
  readonly remembered: boolean;
  readonly code: string | null;
}

/** Attempts of the resource's steps, of all its runs, in the order of their fences. */
export async function attemptsOf(
  product: Product,
  resourceId: string,
  step = '',
): Promise<readonly AttemptRow[]> {
  return (await product.sql(
    `select a.fence::int, a.step, a.instance, a.state, a.remembered, a.failure ->> 'code' as code
       from onceflow.step_attempts a join onceflow.runs r using (run_id)
      where r.resource_id = $1 and a.step like '%' || $2 order by a.fence`,
    [resourceId, step],
  )) as unknown as readonly AttemptRow[];
}

/** One word a generation: what caused it, and what became of it. */
export async function generationsOf(product: Product, resourceId: string): Promise<readonly string[]> {
  const rows = await product.sql(
    `select generation || ' ' || trigger || ' ' || state as said from onceflow.runs
      where resource_id = $1 order by generation`,
    [resourceId],
  );
  return rows.map((row) => String(row['said']));
}

/** Generations that have a result. */
export async function resultsOf(product: Product, resourceId: string): Promise<readonly unknown[]> {
  const rows = await product.sql(
    `select generation from onceflow.results where resource_id = $1 order by generation`,
    [resourceId],
  );
  return rows.map((row) => row['generation']);
}

export async function refusedWritesOf(product: Product, resourceId: string): Promise<readonly string[]> {
  const rows = await product.sql(
    `select what || ': ' || why as said from onceflow.refused_writes where resource_id = $1 order by refused_id`,
    [resourceId],
  );
  return rows.map((row) => String(row['said']));
}

/** Waits until a decoder works; answers its process. */
export async function untilDecoding(product: Product): Promise<number> {
  const children = await eventually('a chunk is being decoded', () => {
    const running = runningChildren(product, decoding);
    return running.length > 0 && running;
  });
  return children[0]?.pid ?? 0;
}

export async function untilClosedInTemporal(product: Product, workflowId: string): Promise<string> {
  return eventually(`${workflowId} closed in Temporal`, async () => {
    const { status } = await product.temporal.workflow.getHandle(workflowId).describe();
    return status.name !== 'RUNNING' && status.name;
  });
}
