/**
 * Reads members of a ZIP archive by its central directory, under caps.
 *
 * Invariants: nothing is written to disk; what a member unfolds to is counted as it unfolds, whatever sizes the
 * archive claims; a member is asked for by its exact name, so names that climb out of a folder mean nothing.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import {
  findZipEnd,
  LOCAL_SIGNATURE,
  type ReadAt,
  ZipDamage,
  type ZipEntry,
  zipEntries,
} from '../zip/directory.ts';
import { TableFailure } from './failure.ts';
import { MEBIBYTE, type TableLimits } from './job.ts';
import { sizeOf } from '../program/file-bytes.ts';

export interface Zip {
  has(name: string): boolean;
  /** The member's bytes, in pieces. Throws XLSX_BOMB past the caps. */
  pieces(name: string): AsyncGenerator<Buffer>;
  close(): void;
}

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
    throw error instanceof ZipDamage ? corrupt(error.message) : error;
  }
}

function directoryOf(read: ReadAt, size: number): Map<string, ZipEntry> {
  const end = findZipEnd(read, size);
  if (end.declaredEntries > MOST_MEMBERS) throw corrupt(`it lists ${end.declaredEntries} members`);
  const members = new Map<string, ZipEntry>();
  let listed = 0;
  for (const entry of zipEntries(read, end)) {
    if ((entry.flags & 1) !== 0) throw corrupt('it is encrypted');
    listed += 1;
    if (listed > MOST_MEMBERS) throw corrupt(`it lists more than ${MOST_MEMBERS} members`);
    members.set(entry.name, entry);
  }
  return members;
}

async function* unfoldedPieces(read: ReadAt, member: ZipEntry): AsyncGenerator<Buffer> {
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

function required(members: ReadonlyMap<string, ZipEntry>, name: string): ZipEntry {
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
