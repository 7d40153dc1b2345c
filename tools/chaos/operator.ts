import { parseWorkflowId } from '../../policy/ids.ts';
import type { Recorded } from '../../test/checker/record-calls.ts';
import { reset, type ResetPoint } from '../../test/support/resets.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

const points: readonly ResetPoint[] = ['claim', 'work', 'result', 'commit', 'after commit'];

/** What people with psql and with the Temporal UI do; written into the history like any call. */
export function createOperator({ sql, ledger, temporal, source }: World, recorded: Recorded, random: Random) {
  const keyOf = (workflowId: string) => parseWorkflowId(workflowId) ?? { kind: '', resourceId: workflowId };
  const done = () => ({ outcome: 'done' }) as const;
  const by = { actor: 'operator', owner: 'chaos', role: 'operator' } as const;
  return {
    async remove(workflowId: string) {
      const key = keyOf(workflowId);
      const remove = () => sql('delete from onceflow.resources where resource_id = $1', [key.resourceId]);
      await recorded({ ...key, verb: 'delete' }, remove, done);
    },
    async put(workflowId: string) {
      const key = keyOf(workflowId);
      const put = () => ledger.putResource(key.resourceId, { type: 'file', path: source }, by);
      await recorded({ ...key, verb: 'put' }, put, done);
    },
    async reset(workflowId: string) {
      const again = () =>
        reset(temporal, workflowId, random.pick(points)).catch(() => reset(temporal, workflowId, 'claim'));
      await recorded({ ...keyOf(workflowId), verb: 'reset' }, again, (temporalRunId) => ({
        outcome: 'done',
        temporalRunId,
      }));
    },
    async terminate(workflowId: string) {
      const end = () => temporal.workflow.getHandle(workflowId).terminate('fault run');
      await recorded({ ...keyOf(workflowId), verb: 'terminate' }, end, done);
    },
    async start(workflowId: string) {
      const { kind } = keyOf(workflowId);
      const start = () => temporal.workflow.start(kind, { workflowId, taskQueue: 'control' });
      await recorded({ ...keyOf(workflowId), verb: 'direct' }, start, done);
    },
    async forget(workflowId: string) {
      const { namespace } = temporal.options;
      const workflowExecution = { workflowId };
      const forget = () => temporal.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
      await recorded({ ...keyOf(workflowId), verb: 'forget' }, forget, done);
    },
  };
}
