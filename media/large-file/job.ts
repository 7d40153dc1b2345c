/** What the program that measures a chunk is told, what it keeps, and what it answers. */
export interface MeasureJob {
  readonly inputPath: string;
  readonly from: number;
  readonly to: number;
  /** The chunk ends the file. */
  readonly last: boolean;
  readonly windowBytes: number;
  readonly cut: CutSizes;
  /** Of the chunk before; null at the beginning of the file. */
  readonly chain: Chain | null;
  /** Of an attempt before this one. */
  readonly checkpoint: Checkpoint | null;
}

export interface CutSizes {
  readonly min_bytes: number;
  readonly average_bytes: number;
  readonly max_bytes: number;
}

export interface Census {
  readonly unit: 'byte' | 'utf-16le' | 'utf-16be';
  readonly byte_order_mark: 'utf-8' | 'utf-16le' | 'utf-16be' | null;
  readonly lf: number;
  readonly cr: number;
  readonly crlf: number;
  readonly longest_line: number;
  readonly current_line: number;
  /** The byte or unit before. */
  readonly previous: number;
  readonly utf8_valid: boolean;
  readonly carry: readonly number[];
}

export interface Chain {
  readonly offset: number;
  readonly whole: string;
  readonly histogram: readonly number[];
  readonly cut_start: number;
  readonly census: Census;
}

export interface Checkpoint {
  readonly chain: Chain;
  readonly chunk: { readonly sha256: string; readonly crc32c: string };
  readonly window: readonly number[];
  readonly entropies: readonly number[];
  readonly cuts: string;
  readonly cuts_start: number;
  readonly bytes_read: number;
  readonly resumed_at: readonly number[];
}

export interface MeasuredChunk {
  readonly offset: number;
  readonly length: number;
  readonly sha256: string;
  readonly crc32c: string;
  readonly entropies: readonly number[];
  readonly cuts: string;
  readonly cuts_start: number;
  readonly bytes_read: number;
  readonly resumed_at: readonly number[];
  readonly chain: Chain;
  readonly file_sha256: string;
}
