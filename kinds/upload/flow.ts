/** What the steps of an upload say to each other. */
import type { UploadParams } from './params.ts';

/** Nothing of the name but its extension reaches the step, so that equal bytes are looked into once. */
export type InspectInput = Readonly<Record<string, never>>;

export interface InspectValue {
  readonly container: string;
  readonly entries: number;
}

export interface ResultInput {
  /** Fences. */
  readonly digest: number;
  readonly inspect: number;
  readonly params: UploadParams;
}

export interface ResultValue {
  readonly headline: string;
  /** Kinds that the commit starts. */
  readonly starts: readonly string[];
}
