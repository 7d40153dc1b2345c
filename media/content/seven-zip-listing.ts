/** Lists a 7z archive by its header, which is unfolded if it is packed; the files are not. */
import type { ReadAt } from '../zip/directory.ts';
import type { Entry, Lister } from './listing.ts';
import { unpackLzma } from './lzma.ts';
import { unpackLzma2 } from './lzma2.ts';
import { type Folder, type Numbers, openNumbers, type Streams, streamsOf } from './seven-zip-header.ts';

const BEGIN_BYTES = 32;
const MOST_HEADER_BYTES = 64 * 1024 ** 2;
const HEADER = 1;
const PACKED_HEADER = 0x17;
const ENCRYPTION = '06f10701';
const LZMA = '030101';
const LZMA2 = '21';
const COPY = '00';
const MOST_NESTED = 4;

/** Null: it ended as it should. Else why it is not listed, as `lister.done` takes it. */
export function listSevenZip(read: ReadAt, size: number, lister: Lister): string | null {
  try {
    if (size < BEGIN_BYTES) throw new RangeError('it ends within its header');
    const begin = read(0, BEGIN_BYTES);
    const [offset, bytes] = [Number(begin.readBigUInt64LE(12)), Number(begin.readBigUInt64LE(20))];
    if (bytes === 0) return null;
    if (bytes > MOST_HEADER_BYTES) return 'its header is larger than is read';
    if (BEGIN_BYTES + offset + bytes > size) throw new RangeError('its header lies behind the end');
    return listHeader(read(BEGIN_BYTES + offset, bytes), { read, size, lister });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const why = /^it|^its|^a /.test(error.message) ? error.message : 'it ends within its header';
    lister.problem('ARCHIVE_DAMAGED', `The archive cannot be read to its end: ${why}.`);
    return why;
  }
}

interface Look {
  readonly read: ReadAt;
  readonly size: number;
  readonly lister: Lister;
}

function listHeader(begin: Buffer, look: Look): string | null {
  let header = begin;
  for (let nested = 0; nested < MOST_NESTED; nested += 1) {
    const numbers = openNumbers(header);
    const kind = numbers.number();
    if (kind === HEADER) return listFiles(numbers, look.lister);
    if (kind !== PACKED_HEADER) break;
    const streams = streamsOf(numbers);
    if (streams.folders.some(isEncrypted)) {
      look.lister.problem(
        'NAMES_ENCRYPTED',
        'Not even the names of its entries can be read: they are encrypted.',
      );
      return 'its names are encrypted';
    }
    const unpacked = unpackedHeader(streams, look);
    if (typeof unpacked === 'string') return unpacked;
    header = unpacked;
  }
  throw new RangeError('its header is damaged');
}

const isEncrypted = ({ coders }: Folder): boolean => coders.some(({ id }) => id === ENCRYPTION);

function unpackedHeader({ folders, packedAt, packedBytes }: Streams, { read, size }: Look): Buffer | string {
  const [folder, coder, bytes = 0] = [folders[0], folders[0]?.coders[0], packedBytes[0]];
  const known = coder !== undefined && folder?.coders.length === 1 && [LZMA, LZMA2, COPY].includes(coder.id);
  if (!known || folder === undefined) return 'its header is packed in a way that is not read';
  if (folder.unpackedBytes > MOST_HEADER_BYTES || bytes > MOST_HEADER_BYTES)
    return 'its header is larger than is read';
  const at = BEGIN_BYTES + packedAt;
  if (at + bytes > size) throw new RangeError('its header lies behind the end');
  const packed = read(at, bytes);
  const { id, properties } = coder;
  const unpacked =
    id === COPY
      ? packed
      : id === LZMA2
        ? unpackLzma2(packed, folder.unpackedBytes)
        : unpackLzma(packed, properties, folder.unpackedBytes);
  if (unpacked === null) throw new RangeError('its header is damaged');
  return unpacked;
}

const ID = { end: 0, archive: 2, additional: 3, streams: 4, files: 5 } as const;

function listFiles(numbers: Numbers, lister: Lister): string | null {
  let streams: Streams | null = null;
  for (let id = numbers.number(); id !== ID.end; id = numbers.number()) {
    if (id === ID.archive) skipProperties(numbers);
    else if (id === ID.additional) streamsOf(numbers);
    else if (id === ID.streams) streams = streamsOf(numbers);
    else if (id === ID.files) return addFiles(numbers, streams, lister);
    else throw new RangeError('it has parts that are not known');
  }
  return null;
}

function skipProperties(numbers: Numbers): void {
  for (let id = numbers.number(); id !== ID.end; id = numbers.number()) numbers.take(numbers.count());
}

const PROPERTY = { end: 0, emptyStream: 14, emptyFile: 15, names: 17, attributes: 21 } as const;
const IS_DIRECTORY = 0x10;
const HAS_UNIX_MODE = 0x8000;

function addFiles(numbers: Numbers, streams: Streams | null, lister: Lister): string | null {
  const many = numbers.count();
  let empty: readonly boolean[] = [];
  let emptyFiles: readonly boolean[] = [];
  let names: readonly string[] = [];
  let attributes: readonly number[] = [];
  for (let id = numbers.number(); id !== PROPERTY.end; id = numbers.number()) {
    const own = openNumbers(numbers.take(numbers.number()));
    if (id === PROPERTY.emptyStream) empty = own.bits(many);
    else if (id === PROPERTY.emptyFile) emptyFiles = own.bits(empty.filter(Boolean).length);
    else if (id === PROPERTY.names) names = namesOf(own);
    else if (id === PROPERTY.attributes) attributes = attributesOf(own, many);
  }
  const contents = contentsOf(streams);
  let withoutStream = 0;
  for (let index = 0; index < many; index += 1) {
    if (lister.full()) return 'it lists more entries than are read';
    const isEmpty = empty[index] === true;
    const content = isEmpty ? undefined : contents.next().value;
    const isFile = !isEmpty || emptyFiles[withoutStream] === true;
    if (isEmpty) withoutStream += 1;
    lister.add(entryOf(names[index] ?? '', attributes[index] ?? 0, isFile, content));
  }
  return null;
}

interface Content {
  readonly bytes: number;
  readonly encrypted: boolean;
}

function* contentsOf(streams: Streams | null): Generator<Content, undefined> {
  for (const [index, folder] of (streams?.folders ?? []).entries())
    for (const bytes of streams?.sizes[index] ?? [])
      yield { bytes: Math.max(0, bytes), encrypted: isEncrypted(folder) };
  return undefined;
}

function entryOf(name: string, attributes: number, isFile: boolean, content: Content | undefined): Entry {
  const mode = (attributes & HAS_UNIX_MODE) === 0 ? 0 : (attributes >>> 16) & 0xf000;
  const isDirectory = !isFile || (attributes & IS_DIRECTORY) !== 0;
  const device = mode === 0x2000 || mode === 0x6000 || mode === 0x1000;
  return {
    name,
    type: mode === 0xa000 ? 'symlink' : isDirectory ? 'directory' : device ? 'device' : 'file',
    bytes: content?.bytes ?? 0,
    compressed_bytes: null,
    encrypted: content?.encrypted ?? false,
    modified: null,
    // It is content, and packed.
    link_target: null,
  };
}

function namesOf(numbers: Numbers): readonly string[] {
  if (numbers.byte() !== 0) throw new RangeError('its names lie elsewhere');
  return numbers.take(numbers.left()).toString('utf16le').split('\0');
}

function attributesOf(numbers: Numbers, many: number): readonly number[] {
  const defined = numbers.byte() !== 0 ? Array.from({ length: many }, () => true) : numbers.bits(many);
  if (numbers.byte() !== 0) throw new RangeError('its attributes lie elsewhere');
  return defined.map((is) => (is ? numbers.take(4).readUInt32LE(0) : 0));
}
