import { basename } from 'node:path';
import {
  type AnalysisDefinition,
  namesResource,
  needsBytes,
  type StepDefinition,
} from '../../kinds/define.ts';
import type { Source } from '../../ledger/ledger.ts';
import { type Input, openInput, samePin } from '../../media/input.ts';
import type { StepCall } from '../contract.ts';
import { type PinnedInput, StepFailure } from '../step-context.ts';
import type { Frame } from './frame.ts';

/** The bytes of an attempt, and the check that they are still those at its end. */
export interface AttemptInput {
  readonly pinned: PinnedInput;
  /** `size:mtimeNs:inode`, as results remember it. */
  readonly pin: string;
  /** Throws CONTENT_CHANGED if the file is another one by now. */
  assertUnchanged(): Promise<void>;
}

/** The result step is given the file too: a result counts only if the bytes are still the same. */
export function looksAtBytes(definition: AnalysisDefinition, step: StepDefinition): boolean {
  return step.readsInput || (step.name === definition.resultStep && needsBytes(definition));
}

/** What is remembered for others may tell nothing of whose it is; what is computed each time may tell everything. */
export function mayName(definition: AnalysisDefinition, step: StepDefinition): boolean {
  return !step.remembered || namesResource(definition, step);
}

export async function openAttemptInput(
  frame: Frame,
  source: Source,
  call: StepCall,
  knows: 'everything' | 'extension',
): Promise<AttemptInput> {
  if (source.type === 'none') throw inputMissing(call.kind);
  const input = await openInput(source.path, frame.inputs);
  const name = basename(source.path);
  const pin = pinOf(input);
  if (call.pin !== null && call.pin !== pin) throw contentChanged(name);
  return {
    pin,
    pinned: pinnedOf(input, call, knows === 'everything' ? name : null, extensionOf(name)),
    async assertUnchanged() {
      const now = await openInput(source.path, frame.inputs);
      if (!samePin(now, input)) throw contentChanged(name);
    },
  };
}

function pinnedOf(input: Input, call: StepCall, name: string | null, extension: string): PinnedInput {
  return {
    path: input.realPath,
    name: name ?? `input${extension}`,
    bytes: input.bytes,
    sha256: call.digest,
    get resourceId() {
      if (name !== null) return call.resourceId;
      throw new TypeError(`${call.step} is remembered for equal bytes of other resources: it names none`);
    },
  };
}

/** With its dot, in lower case, and under a compression's: `.csv.gz`. Empty where there is none. */
export function extensionOf(name: string): string {
  return /\.[a-z0-9]{1,8}(?:\.(?:gz|zst|zstd|bz2|xz))?$/.exec(name.toLowerCase())?.[0] ?? '';
}

function pinOf(input: Input): string {
  return `${input.bytes}:${input.mtimeNs}:${input.inode}`;
}

/** The file's name, a hint of its type; empty where there is no file. */
export function nameOf(source: Source): string {
  return source.type === 'none' ? '' : basename(source.path);
}

function inputMissing(kind: string): StepFailure {
  return new StepFailure({
    code: 'INPUT_MISSING',
    message: `${kind} reads bytes, and this resource has none`,
    hint: 'put the resource with the path of its file, then submit it again',
    retry: 'never',
  });
}

function contentChanged(name: string): StepFailure {
  return new StepFailure({
    code: 'CONTENT_CHANGED',
    message: `${JSON.stringify(name)} changed while it was analysed`,
    hint: 'submit it again when nothing writes to the file any more',
    retry: 'never',
  });
}
