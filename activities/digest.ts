import { digestFile } from '../media/digest.ts';
import type { DigestValue } from './contract.ts';
import type { StepImplementation } from './step-context.ts';

/** Shared by all kinds as `<kind>.digest`: what the bytes are, so that later runs know whether they changed. */
export const digest: StepImplementation<unknown, DigestValue> = async (context) => {
  const { path, bytes: total } = context.input;
  const onProgress = (done: number) => context.progress({ done, total, unit: 'bytes' });
  const { sha256, bytes } = await digestFile(path, { signal: context.signal, onProgress });
  return { value: { sha256, bytes }, document: { sha256, bytes } };
};
