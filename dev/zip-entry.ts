import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endLength = 22;
const longestComment = 0xffff;

/** The content of one entry of a zip archive (stored or deflated, without the 64-bit extension). Throws when it is not there. */
export async function readZipEntry(zip: Buffer, name: string): Promise<Buffer> {
  const entry = findEntry(zip, name);
  // The local header repeats name and extra field, with lengths of its own.
  const start =
    entry.headerAt + 30 + zip.readUInt16LE(entry.headerAt + 26) + zip.readUInt16LE(entry.headerAt + 28);
  const content = zip.subarray(start, start + entry.compressedBytes);
  if (entry.method === 0) return content;
  if (entry.method !== 8)
    throw new Error(`${name} is compressed by method ${entry.method}, which is not supported`);
  return inflate(content, { maxOutputLength: entry.bytes });
}

interface Entry {
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

function findEntry(zip: Buffer, name: string): Entry {
  const end = findEnd(zip);
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0 && zip.readUInt32LE(at) === entrySignature; left--) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      return {
        method: zip.readUInt16LE(at + 10),
        compressedBytes: zip.readUInt32LE(at + 20),
        bytes: zip.readUInt32LE(at + 24),
        headerAt: zip.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the archive does not hold ${name}`);
}

/** The end record is last, behind nothing but a comment of at most 64 KiB. */
function findEnd(zip: Buffer): number {
  const lowest = Math.max(0, zip.length - endLength - longestComment);
  for (let at = zip.length - endLength; at >= lowest; at--) {
    if (zip.readUInt32LE(at) === endSignature) return at;
  }
  throw new Error('the archive is not a zip');
}
