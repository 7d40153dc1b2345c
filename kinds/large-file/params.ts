/** What a caller may set for a large file; everything has a default. Checked by params-schema.ts at the edges. */
export interface LargeFileParams {
  /** Bytes of a chunk, a multiple of 1 MiB; it is raised where a file would need more than 980 chunks. */
  readonly chunk_bytes?: number;
}
