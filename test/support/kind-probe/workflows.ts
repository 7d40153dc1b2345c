import type { AnalysisDefinition } from '../../../kinds/define.ts';
import { markOutput } from '../../../kinds/output-mark.ts';
import type { RunInput } from '../../../activities/contract.ts';
import { analyse } from '../../../workflows/lifecycle.ts';
import {
  alone as aloneKind,
  again as againKind,
  chain as chainKind,
  once as onceKind,
} from './definition.ts';

export * from '../../../workflows/index.ts';

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

const tellChain = (definition: AnalysisDefinition) => (input?: RunInput) =>
  analyse(definition, input, async (run) => {
    const { kind } = definition;
    await run.digest();
    const done = await Promise.all([run.step(`${kind}.left`, {}), run.step(`${kind}.right`, {})]);
    const sides = done.map(markOutput);
    const join = markOutput(await run.step(`${kind}.join`, { sides }));
    return run.step(`${kind}.result`, { sides, join });
  });

export const chain = tellChain(chainKind);
export const alone = tellChain(aloneKind);
