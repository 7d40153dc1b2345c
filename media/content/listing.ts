/** What is told of an archive: counts of everything, the first entries, and samples of what deserves a look. */
import { createHash } from 'node:crypto';
import { type Links, openLinks } from './links.ts';
import { cleanName, isExecutableName, isNestedArchiveName, nameTrouble, targetEscapes } from './names.ts';

export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'other';

export interface Entry {
  readonly name: string;
  readonly type: EntryType;
  readonly bytes: number;
  /** Null where entries are not compressed one by one. */
  readonly compressed_bytes: number | null;
  readonly encrypted: boolean;
  readonly modified: string | null;
  readonly link_target: string | null;
}

export interface Problem {
  readonly code: string;
  readonly message: string;
}

export interface Listing {
  readonly format: string;
  /** False: only named, or nothing of it could be read; `reason` says why. */
  readonly listed: boolean;
  /** False: the listing stops somewhere; `reason` says where. */
  readonly complete: boolean;
  readonly reason: string | null;
  readonly n_entries: number;
  readonly n_files: number;
  readonly n_directories: number;
  readonly n_links: number;
  readonly n_encrypted: number;
  readonly n_nested_archives: number;
  readonly n_executables: number;
  readonly n_duplicate_names: number;
  readonly n_traversal_names: number;
  readonly n_escaping_links: number;
  readonly n_devices: number;
  readonly unfolded_bytes: number;
  readonly compressed_bytes: number;
  readonly ratio: number | null;
  readonly largest_entry_ratio: number | null;
  readonly entries: readonly Entry[];
  readonly samples: Readonly<Record<SampleOf, readonly string[]>>;
  readonly problems: readonly Problem[];
}

type SampleOf = 'traversal' | 'escaping_links' | 'nested' | 'executables' | 'duplicates' | 'encrypted';

export interface Lister {
  add(entry: Entry): void;
  problem(code: string, message: string): void;
  /** True once no more entries are taken. */
  readonly full: () => boolean;
  done(end: ListingEnd): Listing;
}

export interface ListingEnd {
  readonly listed?: boolean;
  readonly complete?: boolean;
  readonly reason?: string | null;
  /** Of the file, or of the part of it that is the archive. */
  readonly compressedBytes: number;
  /** Where it is measured and not claimed by the entries. */
  readonly unfoldedBytes?: number;
}

const SHOWN_ENTRIES = 100;
const SAMPLES = 20;
const MOST_ENTRIES = 1_000_000;
const MOST_PROBLEMS = 30;

/** `onEntry` gets every entry, for the artefact. */
export function openLister(format: string, onEntry: (entry: Entry) => void): Lister {
  const counts = openCounts();
  const flags = openFlags();
  const shown: Entry[] = [];
  const problems: Problem[] = [];
  const problem = (code: string, message: string): void => {
    if (problems.length < MOST_PROBLEMS && !problems.some((one) => one.message === message))
      problems.push({ code, message });
  };
  return {
    full: () => counts.entries() >= MOST_ENTRIES,
    problem,
    add(entry) {
      counts.add(entry);
      flags.add(entry);
      const { name, link_target } = entry;
      const clean = { ...entry, name: cleanName(name), link_target: link_target && cleanName(link_target) };
      if (shown.length < SHOWN_ENTRIES) shown.push(clean);
      onEntry(clean);
    },
    done({ listed = true, complete = true, reason = null, compressedBytes, unfoldedBytes }) {
      const { unfolded_bytes: claimed, largest_entry_ratio, ...numbers } = counts.told();
      const unfolded_bytes = unfoldedBytes ?? claimed;
      const ratio = compressedBytes > 0 ? rounded(unfolded_bytes / compressedBytes) : null;
      if (!flags.followedAll())
        problem('LINKS_UNFOLLOWED', 'It has more links, or longer ones, than are followed.');
      const { samples, ...flagged } = flags.told();
      return {
        ...{ format, listed, complete, reason, ...numbers, ...flagged, unfolded_bytes, ratio },
        ...{ compressed_bytes: compressedBytes, largest_entry_ratio, entries: shown, samples, problems },
      };
    },
  };
}

function openCounts() {
  const tally = { file: 0, directory: 0, symlink: 0, hardlink: 0, device: 0, other: 0 };
  let [entries, bytes, largestRatio] = [0, 0, 0];
  return {
    entries: () => entries,
    add({ type, bytes: own, compressed_bytes }: Entry): void {
      entries += 1;
      bytes += own;
      tally[type] += 1;
      if (compressed_bytes) largestRatio = Math.max(largestRatio, own / compressed_bytes);
    },
    told: () => ({
      ...{ n_entries: entries, n_files: tally.file, n_directories: tally.directory, n_devices: tally.device },
      ...{ n_links: tally.symlink + tally.hardlink, unfolded_bytes: bytes },
      largest_entry_ratio: largestRatio > 0 ? rounded(largestRatio) : null,
    }),
  };
}

interface Link {
  readonly name: string;
  readonly type: EntryType;
  readonly target: string;
}

function leadsOut(links: Links, { name, type, target }: Link): boolean {
  return links.add(name, target, type === 'hardlink' ? 'hardlink' : 'symlink') || targetEscapes(name, target);
}

function openFlags() {
  const blank = () => ({ count: 0, names: [] as string[] });
  const flagged = {
    ...{ traversal: blank(), escaping_links: blank(), nested: blank() },
    ...{ executables: blank(), duplicates: blank(), encrypted: blank() },
  };
  const seen = new Set<string>();
  const isNew = (name: string): boolean => seen.size < seen.add(keyOf(name)).size;
  const flag = (what: SampleOf, name: string, is: boolean): void => {
    if (!is) return;
    flagged[what].count += 1;
    if (flagged[what].names.length < SAMPLES) flagged[what].names.push(cleanName(name));
  };
  const links = openLinks();
  return {
    followedAll: links.all,
    add({ name, type, link_target: target, encrypted }: Entry): void {
      flag('traversal', name, nameTrouble(name) !== null);
      flag('escaping_links', name, target !== null && leadsOut(links, { name, type, target }));
      flag('encrypted', name, encrypted);
      flag('duplicates', name, !isNew(name));
      flag('nested', name, type === 'file' && isNestedArchiveName(name));
      flag('executables', name, type === 'file' && isExecutableName(name));
    },
    told() {
      for (const name of links.late()) flag('escaping_links', name, true);
      return flagsTold(flagged);
    },
  };
}

type Flagged = Readonly<Record<SampleOf, { readonly count: number; readonly names: string[] }>>;

function flagsTold(flagged: Flagged) {
  return {
    ...{ n_encrypted: flagged.encrypted.count, n_nested_archives: flagged.nested.count },
    ...{ n_executables: flagged.executables.count, n_duplicate_names: flagged.duplicates.count },
    ...{ n_traversal_names: flagged.traversal.count, n_escaping_links: flagged.escaping_links.count },
    samples: {
      ...{ traversal: flagged.traversal.names, escaping_links: flagged.escaping_links.names },
      ...{ nested: flagged.nested.names, executables: flagged.executables.names },
      ...{ duplicates: flagged.duplicates.names, encrypted: flagged.encrypted.names },
    },
  };
}

/** A million long names would not fit into the memory of the program. */
function keyOf(name: string): string {
  return name.length <= 64 ? name : createHash('sha1').update(name).digest('base64');
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
