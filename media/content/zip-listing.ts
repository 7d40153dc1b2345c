/**
 * Lists a ZIP archive by its directory, and holds the directory against the rest of the file: local headers, bytes that
 * two entries claim, sizes that a probe of the data contradicts. Nothing is written anywhere.
 */
import { inflateRawSync } from 'node:zlib';
import {
  findZipEnd,
  LOCAL_SIGNATURE,
  type ReadAt,
  ZipDamage,
  type ZipEnd,
  type ZipEntry,
  zipEntries,
} from '../zip/directory.ts';
import type { Entry, Lister, Listing } from './listing.ts';
import { openZipNotes, type ZipNotes } from './zip-notes.ts';

export interface ZipFound {
  readonly listing: Listing;
  readonly zip64: boolean;
  readonly n_data_descriptors: number;
  readonly prefix_bytes: number;
  readonly notes: ZipNotes;
}

const ENCRYPTED = 1;
const DATA_DESCRIPTOR = 8;
const UNIX = 3;
const COMPARED_NAME_BYTES = 1024;
const LONGEST_TARGET = 4096;
const CHECKED_HEADERS = 100_000;
const PROBED_ENTRIES = 2_000;
const PROBED_BYTES = 256 * 1024 ** 2;
const PROBE_LIMIT = 16 * 1024 ** 2;

export function listZip(
  read: ReadAt,
  size: number,
  lister: Lister,
  report: (done: number) => void,
): ZipFound {
  const notes = openZipNotes((entry, most) => contentOf(read, entry, most));
  const counts = { descriptors: 0 };
  let end: ZipEnd | null = null;
  let reason: string | null = null;
  try {
    end = findZipEnd(read, size);
    reason = listEntries({ read, size, end, lister, report, notes, counts });
  } catch (error) {
    if (!(error instanceof ZipDamage)) throw error;
    reason = error.message;
    lister.problem('ARCHIVE_DAMAGED', `The archive cannot be read to its end: ${error.message}.`);
  }
  const compressedBytes = Math.max(1, size - (end?.prefixBytes ?? 0));
  return {
    listing: lister.done({ listed: end !== null, complete: reason === null, reason, compressedBytes }),
    ...{
      zip64: end?.zip64 ?? false,
      n_data_descriptors: counts.descriptors,
      prefix_bytes: end?.prefixBytes ?? 0,
    },
    notes: notes.told(),
  };
}

interface Listed {
  readonly read: ReadAt;
  readonly size: number;
  readonly end: ZipEnd;
  readonly lister: Lister;
  readonly report: (done: number) => void;
  readonly notes: ReturnType<typeof openZipNotes>;
  readonly counts: { descriptors: number };
}

/** Null: to the end of the directory. Else why not. */
function listEntries({ read, size, end, lister, report, notes, counts }: Listed): string | null {
  const probe = openProbe(read, size, lister);
  const spans: EntrySpan[] = [];
  let listed = 0;
  for (const entry of zipEntries(read, end)) {
    if (lister.full()) return 'it lists more entries than are read';
    listed += 1;
    if (listed % 1000 === 0) report(listed);
    if ((entry.flags & DATA_DESCRIPTOR) !== 0) counts.descriptors += 1;
    notes.add(entry);
    lister.add(entryOf(read, entry));
    if (spans.length < CHECKED_HEADERS) spans.push(checkHeader(read, size, entry, lister));
    probe(entry);
  }
  findOverlaps(spans, end.directoryOffset, lister);
  if (listed === end.declaredEntries) return null;
  const lie = `Its end record promises ${end.declaredEntries} entries, the directory has ${listed}.`;
  lister.problem('ENTRY_COUNT_LIES', lie);
  return null;
}

interface EntrySpan {
  readonly from: number;
  readonly to: number;
}

function entryOf(read: ReadAt, entry: ZipEntry): Entry {
  const mode = entry.madeBy === UNIX ? (entry.attributes >>> 16) & 0xf000 : 0;
  const link = mode === 0xa000;
  const directory = entry.name.endsWith('/');
  // What came to the packer through a pipe is marked as one, and unpacked as a file.
  const pipe = mode === 0x1000 && entry.size === 0;
  const device = mode === 0x2000 || mode === 0x6000 || pipe;
  return {
    name: entry.name,
    type: link ? 'symlink' : directory ? 'directory' : device ? 'device' : 'file',
    bytes: entry.size,
    compressed_bytes: entry.compressed,
    encrypted: (entry.flags & ENCRYPTED) !== 0,
    modified: dosTime(entry.dosTime),
    link_target: link && entry.size <= LONGEST_TARGET ? contentOf(read, entry, LONGEST_TARGET) : null,
  };
}

/** Null where it cannot be read, or is larger: then the problem is told elsewhere. */
function contentOf(read: ReadAt, entry: ZipEntry, mostBytes: number): string | null {
  if (entry.compressed > mostBytes + 64) return null;
  try {
    const local = read(entry.offset, 30);
    const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    const packed = read(start, entry.compressed);
    const bytes = entry.method === 8 ? inflateRawSync(packed, { maxOutputLength: mostBytes }) : packed;
    return bytes.toString('utf8', 0, mostBytes);
  } catch {
    return null;
  }
}

function checkHeader(read: ReadAt, size: number, entry: ZipEntry, lister: Lister): EntrySpan {
  const span = { from: entry.offset, to: entry.offset };
  if (entry.offset + 30 > size) {
    lister.problem('ENTRY_OUTSIDE_FILE', 'An entry is said to begin behind the end of the file.');
    return span;
  }
  const local = read(entry.offset, Math.min(size - entry.offset, 30 + COMPARED_NAME_BYTES));
  if (local.readUInt32LE(0) !== LOCAL_SIGNATURE) {
    lister.problem('LOCAL_HEADER_MISSING', 'An entry is not where the directory says.');
    return span;
  }
  const nameBytes = local.readUInt16LE(26);
  const to = entry.offset + 30 + nameBytes + local.readUInt16LE(28) + entry.compressed;
  if (to > size)
    lister.problem('ENTRY_OUTSIDE_FILE', 'An entry is said to reach behind the end of the file.');
  const name = local.subarray(30, 30 + nameBytes);
  if (nameBytes > COMPARED_NAME_BYTES) return { ...span, to };
  if (name.toString('utf8') !== entry.name && name.toString('latin1') !== entry.name)
    lister.problem(
      'LOCAL_HEADER_DIFFERS',
      'An entry has one name in the directory and another one where it lies.',
    );
  if (((local.readUInt16LE(6) ^ entry.flags) & ENCRYPTED) !== 0)
    lister.problem(
      'LOCAL_HEADER_DIFFERS',
      'The directory and an entry do not agree on whether it is encrypted.',
    );
  return { ...span, to };
}

/** Entries that share bytes are how a small archive unfolds to a huge one without nesting. */
function findOverlaps(spans: readonly EntrySpan[], directoryOffset: number, lister: Lister): void {
  const sorted = spans.toSorted((left, right) => left.from - right.from);
  let overlapping = 0;
  let reached = 0;
  for (const { from, to } of sorted) {
    if (from < reached) overlapping += 1;
    reached = Math.max(reached, to);
  }
  if (overlapping > 0)
    lister.problem('OVERLAPPING_ENTRIES', `${overlapping} entries claim bytes that belong to other entries.`);
  if (reached > directoryOffset)
    lister.problem('OVERLAPPING_ENTRIES', 'An entry claims bytes of the directory.');
}

/** Unfolds into nothing, within a budget, and only as far as it takes to see that a size is a lie. */
function openProbe(read: ReadAt, size: number, lister: Lister): (entry: ZipEntry) => void {
  let probes = 0;
  let budget = PROBED_BYTES;
  return (entry) => {
    if ((entry.flags & ENCRYPTED) !== 0) return;
    if (entry.method === 0 && entry.compressed !== entry.size)
      return lister.problem('SIZE_LIES', 'An entry that is stored as it is claims another size than it has.');
    // 1032 is the most that deflate can do.
    if (entry.method === 8 && entry.size > entry.compressed * 1032 + 1032)
      return lister.problem('SIZE_LIES', 'An entry claims to unfold to more than its compression can.');
    if (entry.method !== 8 || entry.size > PROBE_LIMIT || entry.compressed > PROBE_LIMIT) return;
    if (probes >= PROBED_ENTRIES || budget < entry.size + entry.compressed) return;
    if (entry.offset + 30 > size) return;
    probes += 1;
    budget -= entry.size + entry.compressed;
    probeOne(read, size, entry, lister);
  };
}

function probeOne(read: ReadAt, size: number, entry: ZipEntry, lister: Lister): void {
  const local = read(entry.offset, 30);
  const start = entry.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (local.readUInt32LE(0) !== LOCAL_SIGNATURE || start + entry.compressed > size) return;
  try {
    const unfolded = inflateRawSync(read(start, entry.compressed), { maxOutputLength: entry.size + 1 });
    if (unfolded.length !== entry.size)
      lister.problem('SIZE_LIES', 'An entry unfolds to another size than the directory says.');
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      lister.problem('SIZE_LIES', 'An entry unfolds to more than the directory says.');
    else lister.problem('ENTRY_DAMAGED', 'The compressed bytes of an entry are damaged.');
  }
}

function dosTime(time: number): string | null {
  const [date, clock] = [time >>> 16, time & 0xffff];
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31];
  if (month < 1 || month > 12 || day < 1) return null;
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = `${two(clock >> 11)}:${two((clock >> 5) & 63)}:${two((clock & 31) * 2)}`;
  // Without a zone: the archive does not know one.
  return `${year}-${two(month)}-${two(day)}T${hours}`;
}
