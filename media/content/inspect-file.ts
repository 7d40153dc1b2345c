/** Says what a file is, and lists what is in it without unpacking it. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Report } from '../program/run.ts';
import { type ReadAt, ZipDamage } from '../zip/directory.ts';
import type { Inspected, InspectJob } from './job.ts';
import { type Entry, type Lister, type Listing, openLister } from './listing.ts';
import { readOle } from './ole.ts';
import { openEntries } from './entries-file.ts';
import { extensionOf } from './extensions.ts';
import { isLockedPdf } from './pdf.ts';
import { polyglotOf } from './polyglot.ts';
import { listRar } from './rar-listing.ts';
import { recognise } from './recognise.ts';
import type { FileType } from './signatures.ts';
import { listSevenZip } from './seven-zip-listing.ts';
import { type ByteSource, hasChecksum, listTar } from './tar-listing.ts';
import { openUnfolding, type UnfoldState } from './unfold.ts';
import { listZip } from './zip-listing.ts';
import { macrosOf, zipTypeOf } from './zip-type.ts';

const CAPS = { bytes: 8 * 1024 ** 3, bombRatio: 200, bombBytes: 100 * 1024 ** 2 };
const SMALL_READ_BYTES = 4096;
const PAGE_BYTES = 64 * 1024;
const TAR_HEADER_BYTES = 512;

type Found = Omit<Inspected, 'polyglot' | 'extension' | 'entries_file'>;
const nothing: Omit<Found, 'type'> = {
  ...{ archive: null, zip: null, macros: [], encrypted_document: false, problems: [] },
};

export async function inspectFile(job: InspectJob, report: Report): Promise<Inspected> {
  const descriptor = openSync(job.inputPath, 'r');
  const entries = openEntries(job.entriesPath);
  try {
    const size = fstatSync(descriptor).size;
    const read = openReads(descriptor, size);
    const type = recognise(read, size);
    const found = await lookInto(type, { job, read, size, entries: entries.add, report });
    return {
      ...found,
      polyglot: polyglotOf(read, size, type),
      extension: extensionOf(job.extension),
      entries_file: entries.close(),
    };
  } finally {
    closeSync(descriptor);
  }
}

/** Small reads come from a page around them: the headers of a million small entries lie side by side. */
function openReads(descriptor: number, size: number): ReadAt {
  const plain = (position: number, length: number): Buffer => {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, position));
  };
  let page: Buffer = Buffer.alloc(0);
  let pageAt = 0;
  return (position, length) => {
    if (length < 0 || position < 0 || position + length > size) throw new ZipDamage('it ends too early');
    if (length > SMALL_READ_BYTES) return plain(position, length);
    if (position < pageAt || position + length > pageAt + page.length) {
      pageAt = position;
      page = plain(position, Math.min(PAGE_BYTES, size - position));
    }
    return page.subarray(position - pageAt, position - pageAt + length);
  };
}

interface Look {
  readonly job: InspectJob;
  readonly read: ReadAt;
  readonly size: number;
  readonly entries: (entry: Entry) => void;
  readonly report: Report;
}

async function lookInto(type: FileType, look: Look): Promise<Found> {
  const { read, size, entries, report } = look;
  if (type.container === 'zip') {
    const lister = openLister('zip', entries);
    const found = listZip(read, size, lister, (done) => report({ done, unit: 'entries' }));
    const { listing: archive, zip64, n_data_descriptors, prefix_bytes, notes } = found;
    const purpose = zipTypeOf(notes);
    const macros = macrosOf(notes, purpose.container);
    const zip = { zip64, n_data_descriptors, prefix_bytes };
    return { ...nothing, type: purpose, archive, zip, macros, encrypted_document: notes.encrypted };
  }
  if (type.container === 'ole2') {
    const { type: purpose, macros, encrypted, damage } = readOle(read, size);
    const problems =
      damage === null
        ? []
        : [{ code: 'DOCUMENT_DAMAGED', message: `The document cannot be read whole: ${damage}.` }];
    return { ...nothing, type: purpose, macros, encrypted_document: encrypted, problems };
  }
  if (type.family === 'archive') return lookIntoArchive(type, look);
  const encrypted_document = type.container === 'pdf' && isLockedPdf(read, size);
  return { ...nothing, type, encrypted_document };
}

async function lookIntoArchive(type: FileType, look: Look): Promise<Found> {
  const { read, size, entries, report } = look;
  if (type.container === 'tar') return { ...nothing, type, archive: await listPlainTar(look) };
  if (type.container === 'gzip' || type.container === 'zstd')
    return listCompressed(type, type.container, look);
  if (type.container === 'rar' || type.container === '7z') {
    const lister = openLister(type.container, entries);
    const reason =
      type.container === 'rar'
        ? listRar(read, size, lister, (done) => report({ done, unit: 'entries' }))
        : listSevenZip(read, size, lister);
    const end = { complete: reason === null, reason, compressedBytes: size };
    return { ...nothing, type, archive: lister.done(end) };
  }
  return named(type, `a ${type.container} archive is named, not listed`, look);
}

/** An archive that is not looked into. */
function named(type: FileType, reason: string, { size, entries }: Look): Found {
  const end = { listed: false, complete: false, reason, compressedBytes: size };
  return { ...nothing, type, archive: openLister(type.container, entries).done(end) };
}

async function listPlainTar({ read, size, entries, report }: Look): Promise<Listing> {
  const lister = openLister('tar', entries);
  let at = 0;
  const source: ByteSource = {
    async take(bytes) {
      const taken = read(at, Math.min(bytes, size - at));
      at += taken.length;
      return taken;
    },
    async skip(bytes) {
      const skipped = Math.min(bytes, size - at);
      at += skipped;
      return skipped;
    },
  };
  const reason = await listTar(source, lister, (done) => report({ done, unit: 'entries' }));
  return lister.done({ complete: reason === null, reason, compressedBytes: size });
}

async function listCompressed(type: FileType, format: 'gzip' | 'zstd', look: Look): Promise<Found> {
  const { job, read, size, entries, report } = look;
  const unfolding = openUnfolding(job.inputPath, format, CAPS, (done) => report({ done, unit: 'bytes' }));
  if (unfolding === null) return named(type, `a worker on Node 22.15 or newer lists ${format}`, look);
  try {
    const isTar = hasTarHeader(await unfolding.peek(TAR_HEADER_BYTES));
    const lister = openLister(isTar ? `tar+${format}` : format, entries);
    const stopped = isTar ? await listTar(unfolding, lister, () => {}) : null;
    await unfolding.drain();
    const state = unfolding.state();
    if (!isTar) addOnly(lister, gzipName(read(0, Math.min(size, 1024))), state.unfoldedBytes, size);
    const reason = stopped ?? tellEnd(state, lister);
    const complete = reason === null;
    const compressedBytes = complete ? size : Math.max(1, state.readBytes);
    const end = { listed: state.unfoldedBytes > 0, complete, reason, compressedBytes };
    return { ...nothing, type, archive: lister.done({ ...end, unfoldedBytes: state.unfoldedBytes }) };
  } finally {
    unfolding.close();
  }
}

/** A gzip file may keep the name of what it holds, which is as little to be trusted as any. */
function gzipName(head: Buffer): string | null {
  const flags = head[3] ?? 0;
  if (head.readUInt16BE(0) !== 0x1f8b || (flags & 8) === 0 || head.length < 14) return null;
  const from = 10 + ((flags & 4) === 0 ? 0 : 2 + head.readUInt16LE(10));
  const end = head.indexOf(0, from);
  return end > from ? head.toString('latin1', from, end) : null;
}

function addOnly(lister: Lister, name: string | null, bytes: number, compressed_bytes: number): void {
  if (name === null) return;
  lister.add({
    name,
    type: 'file',
    bytes,
    compressed_bytes,
    encrypted: false,
    modified: null,
    link_target: null,
  });
}

function hasTarHeader(block: Buffer): boolean {
  return block.length === TAR_HEADER_BYTES && block[0] !== 0 && hasChecksum(block);
}

function tellEnd({ ended }: UnfoldState, lister: Lister): string | null {
  if (ended === 'bomb') {
    lister.problem('EXPLODES', `It unfolds to more than ${CAPS.bombRatio} times its size.`);
    return 'it unfolds out of all proportion, and was read no further';
  }
  if (ended === 'damaged') {
    lister.problem(
      'ARCHIVE_DAMAGED',
      'The archive cannot be read to its end: its compressed bytes are damaged.',
    );
    return 'its compressed bytes are damaged or cut off';
  }
  return ended === 'cap'
    ? `it unfolds to more than ${CAPS.bytes / 1024 ** 3} GiB, and was read no further`
    : null;
}
