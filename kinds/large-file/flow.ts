/** What the steps of a large file say to each other. */
import type { LargeFileParams } from './params.ts';
import type { Plan } from './plan.ts';

export interface PlanInput {
  readonly params: LargeFileParams;
}

export interface ChunkInput {
  readonly plan: Plan;
  readonly chunk: number;
  /** Fence of the chunk before; null for the first. */
  readonly previous: number | null;
}

export interface ChunkValue {
  /** Of all bytes up to the end of this chunk: the last chunk's is the file's. */
  readonly sha256: string;
  readonly bytes: number;
}

export type InspectInput = Readonly<Record<string, never>>;

export interface InspectValue {
  readonly container: string;
  readonly entries: number;
}

export interface ResultInput {
  readonly plan: Plan;
  /** Fences. */
  readonly chunks: readonly number[];
  readonly inspect: number;
}

export interface ResultValue {
  readonly headline: string;
}
