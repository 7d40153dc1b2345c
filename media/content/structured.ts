/** Formats without magic bytes that their structure tells: lengths that fit, fields within narrow limits. Pure. */
import { isSurelyText } from './decode-text.ts';
import { type FileType, fileType } from './signatures.ts';

/** Tested before the signatures: an uncompressed Targa picture begins as a cursor does. */
export function structuredTypeOf(head: Buffer, size: number): FileType | null {
  if (isTarga(head, size)) return fileType('image', 'image/x-tga', 'tga', 'tga icb vda');
  if (isBinaryStl(head, size)) return fileType('data', 'model/stl', 'stl', 'stl');
  if (isDer(head, size))
    return fileType(
      'data',
      'application/x-der',
      'der',
      'der cer crt crl csr key p7b p7c p7m p7s p8 p10 p12 pfx pub tsr ber',
    );
  return null;
}

/** Tested after them: these have little to tell them by. */
export function looselyStructuredTypeOf(head: Buffer, tail: Buffer): FileType | null {
  if (isPickle(head, tail))
    return fileType('data', 'application/x-python-pickle', 'pickle', 'pkl pickle pt pth ckpt bin joblib p');
  if (isOpenPgp(head))
    return fileType('data', 'application/pgp-encrypted', 'openpgp', 'gpg pgp sig asc key pub kbx');
  return null;
}

const PLAIN_IMAGES = new Set([1, 2, 3]);
const DEPTHS = new Set([8, 15, 16, 24, 32]);

function isTarga(head: Buffer, size: number): boolean {
  if (head.length < 18) return false;
  const [identifier = 0, colours = 0, kind = 0] = head;
  const depth = head[16] ?? 0;
  if (colours > 1 || !PLAIN_IMAGES.has(kind) || !DEPTHS.has(depth) || ((head[17] ?? 0) & 0xc0) !== 0)
    return false;
  // Without a map of colours nothing is said of one.
  if (colours === 0 ? head.subarray(3, 8).some((byte) => byte !== 0) : kind !== 1) return false;
  const map = colours * head.readUInt16LE(5) * Math.ceil((head[7] ?? 0) / 8);
  const pixels = head.readUInt16LE(12) * head.readUInt16LE(14);
  const least = 18 + identifier + map + pixels * Math.ceil(depth / 8);
  return pixels > 0 && size >= least && size <= least + 64 * 1024;
}

const STL_HEADER_BYTES = 84;
const TRIANGLE_BYTES = 50;

/** Exporters write `solid` into binary files too, so that only the length tells. */
function isBinaryStl(head: Buffer, size: number): boolean {
  if (head.length < STL_HEADER_BYTES + TRIANGLE_BYTES) return false;
  return size === STL_HEADER_BYTES + head.readUInt32LE(80) * TRIANGLE_BYTES;
}

/** Certificates, keys and signed messages: a sequence that is as long as the file, and holds a sequence or a number. */
function isDer(head: Buffer, size: number): boolean {
  // A text may begin with the digit 0, and even be of that length.
  if (head.length < 16 || head[0] !== 0x30 || isSurelyText(head)) return false;
  const [, first = 0] = head;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4) return false;
  const content = lengthBytes === 0 ? first : head.readUIntBE(2, lengthBytes);
  const inner = head[2 + lengthBytes] ?? 0;
  return 2 + lengthBytes + content === size && (inner === 0x30 || inner === 0x02 || inner === 0x06);
}

/** Protocols 2 to 5, by their first instruction and the last one. */
function isPickle(head: Buffer, tail: Buffer): boolean {
  const [first = 0, protocol = 0] = head;
  if (first !== 0x80 || protocol < 2 || protocol > 5 || head.length < 4) return false;
  return tail.at(-1) === 0x2e || head.subarray(2, 14).equals(LEGACY_TORCH);
}

/** The number that torch wrote first, before its files became archives; tensors follow the pickles. */
const LEGACY_TORCH = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex');

/** Which versions the packet begins with, by its tag: keys, signatures, and messages under a key or a password. */
const VERSIONS: Readonly<Record<number, readonly number[]>> = {
  1: [3, 6],
  2: [3, 4, 6],
  3: [4, 5, 6],
  4: [3, 6],
  5: [3, 4, 6],
  6: [3, 4, 6],
};
const COMPRESSED = 8;

function isOpenPgp(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  if (head.length < 16 || first < 0x80) return false;
  const isNew = (first & 0x40) !== 0;
  const tag = isNew ? first & 0x3f : (first >> 2) & 15;
  // Compressed data of an unknown length, as signed messages have them.
  if (tag === COMPRESSED) return !isNew && (first & 3) === 3 && second >= 1 && second <= 3;
  const lengthBytes = isNew ? newLengthBytes(second) : ([1, 2, 4, 0][first & 3] ?? 0);
  return lengthBytes > 0 && (VERSIONS[tag] ?? []).includes(head[1 + lengthBytes] ?? 0);
}

function newLengthBytes(first: number): number {
  if (first < 192) return 1;
  if (first < 224) return 2;
  return first === 255 ? 5 : 0;
}
