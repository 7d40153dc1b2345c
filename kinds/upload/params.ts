/** What a caller may set for an upload. Checked by params-schema.ts at the edges. */
export interface UploadParams {
  /** Starts the analyses that apply, once the result stands and says `accept`. Default false. */
  readonly autoAnalyze?: boolean;
}
