import type { Outcome, RunInput } from '../../activities/contract.ts';
import type { AnalysisDefinition } from '../../kinds/define.ts';
import { analyse } from '../../workflows/lifecycle.ts';
import * as kinds from './definition.ts';

export * from '../../workflows/index.ts';

const tell =
  (definition: AnalysisDefinition) =>
  (input?: RunInput): Promise<Outcome> =>
    analyse(definition, input, (run) =>
      run.step(definition.resultStep, { gate: run.params['gate'] ?? null }),
    );

export const light = tell(kinds.light);
export const lightio = tell(kinds.lightio);
export const lightgpu = tell(kinds.lightgpu);
export const kept = tell(kinds.kept);
