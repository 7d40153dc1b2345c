/** Lists a tar archive as it passes: headers are read, content is skipped. Understands ustar, GNU and pax. */
import type { Entry, EntryType, Lister } from './listing.ts';

/** Bytes in order; `skip` may be cheap. Both give what there is when it ends too early. */
export interface ByteSource {
  take(bytes: number): Promise<Buffer>;
  /** Answers how many bytes there were to skip. */
  skip(bytes: number): Promise<number>;
}

const BLOCK = 512;
const SPARSE_GOES_ON_AT = 482;
const SPARSE_BLOCK_GOES_ON_AT = 504;
const LONGEST_EXTENSION = 1024 * 1024;
const TYPES: Readonly<Record<string, EntryType>> = {
  ...{ '0': 'file', '\0': 'file', '7': 'file', S: 'file', '1': 'hardlink', '2': 'symlink' },
  ...{ '3': 'device', '4': 'device', '6': 'device', '5': 'directory' },
};

/** Links, devices, folders and pipes have no content, whatever size they state. */
const HEADER_ONLY = new Set('123456');

interface Overrides {
  readonly name?: string;
  readonly link?: string;
  readonly size?: number;
}

/** Null: it ended as it should. Else why it stops, as `lister.done` takes it. */
export async function listTar(
  source: ByteSource,
  lister: Lister,
  report: (done: number) => void,
): Promise<string | null> {
  let next: Overrides = {};
  let listed = 0;
  for (;;) {
    const block = await source.take(BLOCK);
    // Two blocks of zeros end an archive; many end without.
    if (block.length === 0 || isZero(block)) return null;
    if (block.length < BLOCK) return damaged(lister, 'it ends within a header');
    if (!hasChecksum(block)) return damaged(lister, 'a header is damaged');
    if (lister.full()) return 'it lists more entries than are read';
    const size = next.size ?? numberAt(block, 124, 12);
    if (size === null || size < 0) return damaged(lister, 'an entry states an impossible size');
    const kind = String.fromCharCode(block[156] ?? 0);
    if (kind === 'x' || kind === 'g' || kind === 'L' || kind === 'K') {
      if (size > LONGEST_EXTENSION) return damaged(lister, 'an extended header is larger than any name');
      const text = await source.take(size);
      await source.skip(padding(size));
      if (text.length < size) return damaged(lister, 'it ends within a header');
      if (kind !== 'g') next = { ...next, ...extended(kind, text) };
      continue;
    }
    if (kind === 'S' && !(await skipSparseMap(source, block)))
      return damaged(lister, 'it ends within a header');
    lister.add(entryOf(block, kind, size, next));
    next = {};
    listed += 1;
    if (listed % 200 === 0) report(listed);
    const content = HEADER_ONLY.has(kind) ? 0 : size + padding(size);
    if ((await source.skip(content)) < content - padding(size))
      return damaged(lister, 'its last entry is cut off');
  }
}

/** Old GNU files with holes go on in further blocks as long as each says so; false where the archive ends in them. */
async function skipSparseMap(source: ByteSource, header: Buffer): Promise<boolean> {
  let more = header[SPARSE_GOES_ON_AT] === 1;
  while (more) {
    const block = await source.take(BLOCK);
    if (block.length < BLOCK) return false;
    more = block[SPARSE_BLOCK_GOES_ON_AT] === 1;
  }
  return true;
}

function damaged(lister: Lister, why: string): string {
  lister.problem('ARCHIVE_DAMAGED', `The archive cannot be read to its end: ${why}.`);
  return why;
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;
const isZero = (block: Buffer): boolean => block.every((byte) => byte === 0);

/** Whether this block is the header of an entry: the sum of its bytes stands in it. */
export function hasChecksum(block: Buffer): boolean {
  const stated = numberAt(block, 148, 8);
  let sum = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const byte = at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stated === sum || stated === signed;
}

/** Octal digits, or a binary number where they did not suffice. Null: neither. */
function numberAt(block: Buffer, at: number, length: number): number | null {
  if (((block[at] ?? 0) & 0x80) !== 0) {
    let value = (block[at] ?? 0) & 0x7f;
    for (let index = at + 1; index < at + length; index += 1) value = value * 256 + (block[index] ?? 0);
    return Number.isSafeInteger(value) ? value : null;
  }
  const digits = textAt(block, at, length).trim();
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function entryOf(block: Buffer, kind: string, size: number, over: Overrides): Entry {
  const prefix = textAt(block, 257, 6).startsWith('ustar') ? textAt(block, 345, 155) : '';
  const plain = textAt(block, 0, 100);
  const name = over.name ?? (prefix === '' ? plain : `${prefix}/${plain}`);
  const type = TYPES[kind] ?? 'other';
  const seconds = numberAt(block, 136, 12);
  const time =
    seconds === null || seconds <= 0 || seconds > 8e9 ? null : new Date(seconds * 1000).toISOString();
  const link = type === 'symlink' || type === 'hardlink' ? (over.link ?? textAt(block, 157, 100)) : null;
  return {
    name,
    type: type === 'file' && name.endsWith('/') ? 'directory' : type,
    bytes: type === 'file' ? size : 0,
    compressed_bytes: null,
    encrypted: false,
    modified: time,
    // A hard link names an entry of the archive, from its top.
    link_target:
      link !== null && type === 'hardlink' && !/^(?:[/\\]|[A-Za-z]:)/.test(link)
        ? relativeTo(name, link)
        : link,
  };
}

function relativeTo(name: string, link: string): string {
  const depth = name.split('/').filter((part) => part !== '' && part !== '.').length - 1;
  return '../'.repeat(Math.max(0, depth)) + link;
}

function extended(kind: string, text: Buffer): Overrides {
  const plain = text.toString('utf8').replace(/\0+$/, '');
  if (kind === 'L') return { name: plain };
  if (kind === 'K') return { link: plain };
  const found: { name?: string; link?: string; size?: number } = {};
  for (let at = 0; at < text.length; ) {
    const space = text.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(text.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= space - at || at + length > text.length) break;
    const [key, ...value] = text.toString('utf8', space + 1, at + length - 1).split('=');
    if (key === 'path') found.name ??= value.join('=');
    // Files with holes go by another name in `path`.
    if (key === 'GNU.sparse.name') found.name = value.join('=');
    if (key === 'linkpath') found.link = value.join('=');
    const size = Number(value.join('='));
    if (key === 'size' && Number.isSafeInteger(size) && size >= 0) found.size = size;
    at += length;
  }
  return found;
}
