/**
 * Reads members of a ZIP archive by its central directory, under caps.
 *
 * Invariants: nothing is written to disk; what a member unfolds to is counted as it unfolds, whatever sizes the
 * archive claims; a member is asked for by its exact name, so names that climb out of a folder mean nothing.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { TableFailure } from './failure.ts';
import { MEBIBYTE, type TableLimits } from './job.ts';
import { sizeOf } from '../program/file-bytes.ts';

interface Member {
  readonly method: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

export interface Zip {
  has(name: string): boolean;
  /** The member's bytes, in pieces. Throws XLSX_BOMB past the caps. */
  pieces(name: string): AsyncGenerator<Buffer>;
  close(): void;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const MOST_MEMBERS = 100_000;
const ALWAYS_ALLOWED_BYTES = 64 * MEBIBYTE;
const READ_BYTES = 256 * 1024;

export function openZip(path: string, limits: TableLimits): Zip {
  const size = sizeOf(path);
  const descriptor = openSync(path, 'r');
  const read = (position: number, length: number): Buffer => {
    const buffer = Buffer.alloc(length);
    if (readSync(descriptor, buffer, 0, length, position) < length) throw corrupt('it ends too early');
    return buffer;
  };
  const close = (): void => closeSync(descriptor);
  try {
    const members = directoryOf(read, size);
    const most = Math.min(
      limits.decompressedBytes,
      Math.max(ALWAYS_ALLOWED_BYTES, size * limits.decompressionRatio),
    );
    const claimed = [...members.values()].reduce((sum, member) => sum + member.size, 0);
    if (claimed > most) throw bomb(most);
    let unfolded = 0;
    const pieces = async function* (name: string): AsyncGenerator<Buffer> {
      for await (const piece of unfoldedPieces(read, required(members, name))) {
        unfolded += piece.length;
        if (unfolded > most) throw bomb(most);
        yield piece;
      }
    };
    return { has: (name) => members.has(name), pieces, close };
  } catch (error) {
    close();
    throw error;
  }
}

type Read = (position: number, length: number) => Buffer;

function directoryOf(read: Read, size: number): Map<string, Member> {
  const tail = read(Math.max(0, size - 65_557), Math.min(size, 65_557));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw corrupt('its directory is missing');
  const count = tail.readUInt16LE(end + 10);
  const directory = read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  if (count > MOST_MEMBERS) throw corrupt(`it lists ${count} members`);
  const members = new Map<string, Member>();
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw corrupt('its directory is damaged');
    const nameLength = directory.readUInt16LE(at + 28);
    if ((directory.readUInt16LE(at + 8) & 1) !== 0) throw corrupt('it is encrypted');
    members.set(directory.toString('utf8', at + 46, at + 46 + nameLength), {
      method: directory.readUInt16LE(at + 10),
      compressed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

async function* unfoldedPieces(read: Read, member: Member): AsyncGenerator<Buffer> {
  const local = read(member.offset, 30);
  if (local.readUInt32LE(0) !== LOCAL_SIGNATURE) throw corrupt('a member is not where the directory says');
  const start = member.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (member.method !== 0 && member.method !== 8) throw corrupt('it is compressed in an unknown way');
  const source = function* (): Generator<Buffer> {
    for (let done = 0; done < member.compressed; done += READ_BYTES) {
      yield read(start + done, Math.min(READ_BYTES, member.compressed - done));
    }
  };
  if (member.method === 0) {
    yield* source();
    return;
  }
  if (member.compressed <= READ_BYTES && member.size <= 4 * MEBIBYTE) {
    yield inflatedSmall(read(start, member.compressed));
    return;
  }
  yield* inflated(source());
}

function inflatedSmall(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: ALWAYS_ALLOWED_BYTES });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw bomb(ALWAYS_ALLOWED_BYTES);
    throw corrupt('a member is damaged');
  }
}

async function* inflated(source: Generator<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw();
  const fed = (async () => {
    for (const piece of source) {
      if (inflate.destroyed) return;
      if (!inflate.write(piece))
        await new Promise<void>((resolve) => inflate.once('drain', resolve).once('close', resolve));
    }
    inflate.end();
  })();
  fed.catch((error: Error) => inflate.destroy(error));
  try {
    for await (const piece of inflate) yield piece as Buffer;
  } catch (error) {
    if (error instanceof TableFailure) throw error;
    throw corrupt('a member is damaged');
  } finally {
    inflate.destroy();
  }
}

function required(members: ReadonlyMap<string, Member>, name: string): Member {
  const member = members.get(name);
  if (!member) throw corrupt(`its part ${name} is missing`);
  return member;
}

export function corrupt(why: string): TableFailure {
  return new TableFailure(
    'XLSX_CORRUPT',
    `The workbook cannot be read: ${why}.`,
    'Open it in a spreadsheet program and save it again, or export CSV.',
  );
}

function bomb(most: number): TableFailure {
  return new TableFailure(
    'XLSX_BOMB',
    `The workbook unfolds to more than ${Math.round(most / MEBIBYTE)} MiB, which is out of proportion to its size.`,
    'If it is a real table, export it as CSV and profile that.',
  );
}
