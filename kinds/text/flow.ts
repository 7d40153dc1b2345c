/** Inputs and values of the steps, as the workflow and the implementations share them. */
import type { TextParams } from './params.ts';

export interface MeasureInput {
  readonly params: TextParams;
}

export interface MeasureValue {
  readonly words: number;
  readonly language: string;
}

export interface ResultInput {
  /** Fence of the measure step's answer. */
  readonly measure: number;
  readonly params: TextParams;
}
