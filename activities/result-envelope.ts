/** The parts of a result that every kind tells in the same way. */
import { extname } from 'node:path';
import { type AnalysisDefinition, stepOf } from '../kinds/define.ts';
import type { ResourceSection, StepRecord } from '../kinds/envelope.ts';
import type { PinnedInput, StepOutput } from './step-context.ts';

export interface DetectedType {
  readonly mime: string;
  readonly container: string;
  readonly by: string;
  /** Extensions that such a file may have, in lower case. */
  readonly extensions: readonly string[];
}

export function resourceSection(
  input: PinnedInput,
  { mime, container, by, extensions }: DetectedType,
): ResourceSection {
  const declared = extname(input.name).slice(1).toLowerCase() || null;
  return {
    id: input.resourceId,
    sha256: input.sha256,
    bytes: input.bytes,
    name: input.name,
    detectedType: { mime, container, by },
    declaredType: declared,
    mismatch: declared !== null && !extensions.includes(declared),
  };
}

/** What one knows of how a step was done, beyond what the frame has measured. */
export interface HowDone {
  readonly tool: string;
  readonly params?: StepRecord['params'];
  readonly skipped?: { readonly reason: string };
}

/** One record for each step; a step that was done for many chunks counts its instances. */
export function stepRecords(
  definition: AnalysisDefinition,
  outputs: readonly StepOutput[],
  howDone: (step: string) => HowDone,
): StepRecord[] {
  const names = [...new Set(outputs.map((output) => output.step))];
  return names.map((name) => {
    const own = outputs.filter((output) => output.step === name);
    const { tool, params = {}, skipped } = howDone(name);
    const remembered = own.every((output) => output.remembered) ? 'remembered from an earlier run' : null;
    return {
      name,
      status: skipped ? 'skipped' : 'ok',
      reason: skipped?.reason ?? remembered,
      code: null,
      tool,
      version: versionsOf(own) ?? String(stepOf(definition, name).version),
      params,
      attempts: own.reduce((sum, output) => sum + output.attempts, 0),
      instances: own.length,
      ms: Math.round(own.reduce((sum, output) => sum + output.ms, 0)),
      startedAt: own.map((output) => output.startedAt).sort()[0] ?? '',
      remembered_from: originsOf(own),
    };
  });
}

/** Of what was computed, which is not the version of today where an earlier deployment did it. */
function versionsOf(outputs: readonly StepOutput[]): string | null {
  const versions = new Set(outputs.flatMap((output) => output.version ?? []));
  return versions.size === 0 ? null : [...versions].sort((a, b) => a - b).join(', ');
}

function originsOf(outputs: readonly StepOutput[]): StepRecord['remembered_from'] {
  const origins = new Map<string, NonNullable<StepRecord['remembered_from']>[number]>();
  for (const { rememberedFrom } of outputs) {
    if (!rememberedFrom) continue;
    const { resourceId: resource, generation, runId: run_id } = rememberedFrom;
    origins.set(run_id, {
      resource,
      generation,
      run_id,
      instances: (origins.get(run_id)?.instances ?? 0) + 1,
    });
  }
  return origins.size === 0 ? null : [...origins.values()];
}
