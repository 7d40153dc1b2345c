import {
  type AnalysisDefinition,
  namesResource,
  needsBytes,
  type StepDefinition,
} from '../../kinds/define.ts';
import { markedFences } from '../../kinds/output-mark.ts';
import type { AttemptOutput } from '../../ledger/ledger.ts';
import type { StepCall } from '../contract.ts';
import { arePresent } from './artefacts.ts';
import type { Begun } from './begin.ts';
import type { Frame } from './frame.ts';
import { extensionOf, looksAtBytes, nameOf } from './input.ts';
import { fromLedger } from './ledger-calls.ts';
import { memoryKeyOf } from './memory-key.ts';
import type { Outputs } from './outputs.ts';

/** Step memory as an attempt uses it: under which key it stands, and what was left there before. */
export interface Work {
  readonly frame: Frame;
  readonly definition: AnalysisDefinition;
  readonly step: StepDefinition;
  readonly call: StepCall;
  readonly begun: Begun;
}

export async function keyOf(
  work: Work,
  outputs: Outputs,
  models: Readonly<Record<string, string>>,
): Promise<string | null> {
  const { frame, definition, step, call, begun } = work;
  if (!step.remembered) return null;
  const names = namesResource(definition, step);
  const identities = new Map<number, unknown>();
  // One after the other: there can be a thousand, each of megabytes.
  for (const fence of markedFences(call.input)) {
    const { digest, provenance } = await outputs.identity(fence);
    // Who names the resource also tells how the outputs came about.
    identities.set(fence, names ? { digest, provenance } : digest);
  }
  return memoryKeyOf(step, call, {
    needsBytes: needsBytes(definition),
    owner: begun.owner,
    resource: resourceOf(work),
    outputs: identities,
    provider: frame.device?.provider ?? null,
    models,
  });
}

function resourceOf({ frame, definition, step, call, begun }: Work) {
  const name = nameOf(begun.source);
  if (namesResource(definition, step)) return { id: call.resourceId, name };
  const hint = looksAtBytes(definition, step) ? { extension: extensionOf(name) } : {};
  const alone = definition.sharesMemory === false || frame.memoryScope === 'resource';
  return alone ? { id: call.resourceId, ...hint } : hint;
}

/** What an earlier attempt left for exactly this work, if its files are still there. */
export async function recall(
  { frame, begun }: Work,
  memoryKey: string | null,
): Promise<AttemptOutput | null> {
  if (memoryKey === null || begun.bypassMemory) return null;
  const known = await fromLedger(frame.ledger.remember(memoryKey, begun.owner));
  return known && (await arePresent(frame, known.artefacts)) ? known : null;
}
