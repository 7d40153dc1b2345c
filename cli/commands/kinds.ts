import { allKinds } from '../../client/built-in-kinds.ts';
import { describeKind } from '../../client/index.ts';
import { createKinds } from '../../client/kinds.ts';
import { exitCodes } from '../exit-codes.ts';
import { kindText } from '../report/kinds.ts';
import { configOf, createOutput, type GlobalOptions, reportError } from '../session.ts';

/** What can be asked for. Needs no stack: kinds are data. */
export async function kinds(kind: string | undefined, options: GlobalOptions): Promise<number> {
  const output = createOutput(options);
  try {
    const all = await allKinds(configOf(options).kinds);
    const entries = kind === undefined ? all : [createKinds(all).get(kind)];
    const described = entries.map(describeKind);
    for (const one of described) output.record(one);
    output.text(described.map(kindText).join('\n\n'));
    return exitCodes.completed;
  } catch (error) {
    return reportError(error, output);
  }
}
