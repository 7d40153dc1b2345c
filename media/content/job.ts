/** What the program that looks into a file is told, and what it answers. */
import type { Listing, Problem } from './listing.ts';
import type { FileType } from './signatures.ts';

export interface InspectJob {
  readonly inputPath: string;
  /** Of the file's name, in lower case without its dot, or null. */
  readonly extension: string | null;
  /** Where every entry goes, one JSON object a line, if there are more than the listing shows. */
  readonly entriesPath: string;
}

export interface Inspected {
  readonly type: FileType;
  /** Null: no archive. */
  readonly archive: Listing | null;
  readonly zip: {
    readonly zip64: boolean;
    readonly n_data_descriptors: number;
    readonly prefix_bytes: number;
  } | null;
  /** Names of entries or streams that hold macros. */
  readonly macros: readonly string[];
  /** An office document under a password. */
  readonly encrypted_document: boolean;
  /** A second format that the same bytes are, `zip` behind a picture for instance. */
  readonly polyglot: string | null;
  readonly problems: readonly Problem[];
  readonly extension: ExtensionClaim;
  readonly entries_file: boolean;
}

/** What the name claims. */
export interface ExtensionClaim {
  /** Formats that we would have recognised go by this extension. */
  readonly known: boolean;
  /** One of them is text. */
  readonly textual: boolean;
}
