/** What every inference says of itself: what answered, where it ran, or why it did not. */
export interface ModelUse {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** SPDX identifier. */
  readonly licence: string;
}

export type Provider = 'cuda' | 'cpu';

/** Goes into the result as it is: `steps[].reason` and what to do about it. */
export interface Skipped {
  readonly status: 'skipped';
  /** model_not_installed: `onceflow models pull` mends it. runtime_not_installed: onnxruntime does not load here. */
  readonly reason: 'model_not_installed' | 'runtime_not_installed';
  readonly hint: string;
}

/** How the work was done. */
export interface InferenceRun {
  readonly provider: Provider;
  /** Why it is not cuda, where a device was asked for and did not answer; else null. */
  readonly provider_note: string | null;
  /** Time in the model alone, without loading it. */
  readonly inference_s: number;
  /** Largest batch that went through, and how often memory ran out and the batch was halved. */
  readonly batch: { readonly size: number; readonly halvings: number };
}
