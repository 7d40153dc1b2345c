import { workflowInfo } from '@temporalio/workflow';
import type { RunInput } from '../../../activities/contract.ts';
import type { AnalysisDefinition } from '../../../kinds/define.ts';
import { analyse } from '../../../workflows/lifecycle.ts';
import { repeated as repeatedKind, single as singleKind } from './definition.ts';

const tell = (definition: AnalysisDefinition) => (input?: RunInput) =>
  analyse(definition, input, async (run) => {
    const { kind } = definition;
    const resourceId = workflowInfo().workflowId.slice(kind.length + 1);
    const given = { ...run.params, kind, resourceId };
    await run.step(`${kind}.work`, given);
    return run.step(`${kind}.result`, given);
  });

export const single = tell(singleKind);
export const repeated = tell(repeatedKind);
