import type { AnalysisDefinition } from '../../../kinds/define.ts';
import { markOutput } from '../../../kinds/output-mark.ts';
import type { RunInput } from '../../../activities/contract.ts';
import { analyse } from '../../../workflows/lifecycle.ts';
import { again as againKind, once as onceKind } from './definition.ts';

const tell = (definition: AnalysisDefinition) => (input?: RunInput) =>
  analyse(definition, input, async (run) => {
    const { kind } = definition;
    run.phase('digest', 'reads the file');
    await run.digest();
    run.phase('work', 'two parts at once');
    const parts = await Promise.all(['a', 'b'].map((part) => run.step(`${kind}.work`, { part }, part)));
    run.phase('result', 'joins');
    return run.step(`${kind}.result`, { parts: parts.map(markOutput) });
  });

export const once = tell(onceKind);
export const again = tell(againKind);
