import { basename } from 'node:path';
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

export async function openAttemptInput(frame: Frame, source: Source, call: StepCall): Promise<AttemptInput> {
  if (source.type === 'none') throw inputMissing(call.kind);
  const input = await openInput(source.path, frame.inputs);
  const name = basename(source.path);
  const pin = pinOf(input);
  if (call.pin !== null && call.pin !== pin) throw contentChanged(name);
  return {
    pin,
    pinned: {
      path: input.realPath,
      name,
      bytes: input.bytes,
      sha256: call.digest,
      resourceId: call.resourceId,
    },
    async assertUnchanged() {
      const now = await openInput(source.path, frame.inputs);
      if (!samePin(now, input)) throw contentChanged(name);
    },
  };
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
