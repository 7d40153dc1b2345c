/**
 * Whether a PDF opens without a password. Many are encrypted under none, so that only printing or copying is forbidden:
 * every reader opens those. ISO 32000-2, 7.6.4: algorithms 2, 4, 5, 11 and 2.B for an empty user password.
 */
import { createCipheriv, createHash } from 'node:crypto';
import { isName, type PdfDictionary } from './pdf-syntax.ts';

const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');

export function opensWithoutPassword(encryption: PdfDictionary, id: Buffer): boolean {
  const filter = encryption.get('Filter');
  const [revision, user] = [numberOf(encryption, 'R', 0), bytesOf(encryption, 'U')];
  if (!isName(filter) || filter.name !== 'Standard') return false;
  if (revision >= 5) {
    const salt = user.subarray(32, 40);
    const hash = revision === 5 ? digest('sha256', salt) : hardenedHash(salt);
    return user.length >= 48 && hash.equals(user.subarray(0, 32));
  }
  if (revision < 2 || user.length < 32) return false;
  const key = keyOf(encryption, id, revision);
  if (revision === 2) return rc4(key, PADDING).equals(user.subarray(0, 32));
  let check = digest('md5', PADDING, id);
  for (let round = 0; round < 20; round += 1)
    check = rc4(Buffer.from(key.map((byte) => byte ^ round)), check);
  return check.equals(user.subarray(0, 16));
}

function keyOf(encryption: PdfDictionary, id: Buffer, revision: number): Buffer {
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(numberOf(encryption, 'P', 0) | 0);
  const open = revision >= 4 && encryption.get('EncryptMetadata') === false;
  const parts = [PADDING, bytesOf(encryption, 'O').subarray(0, 32), permissions, id];
  let key = digest('md5', ...parts, Buffer.alloc(open ? 4 : 0, 0xff));
  const version = numberOf(encryption, 'V', 0);
  const bits = version === 4 ? 128 : version === 1 ? 40 : numberOf(encryption, 'Length', 40);
  const bytes = revision === 2 ? 5 : Math.min(16, Math.max(5, Math.floor(bits / 8)));
  if (revision >= 3) for (let round = 0; round < 50; round += 1) key = digest('md5', key.subarray(0, bytes));
  return key.subarray(0, bytes);
}

/** Algorithm 2.B without password and owner's key. */
function hardenedHash(salt: Buffer): Buffer {
  let key = digest('sha256', salt);
  for (let round = 0; ; round += 1) {
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(
      false,
    );
    const mixed = cipher.update(Buffer.concat(Array.from({ length: 64 }, () => key)));
    const rest = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = digest(['sha256', 'sha384', 'sha512'][rest] as string, mixed);
    if (round >= 63 && (mixed.at(-1) as number) <= round - 31) return key.subarray(0, 32);
  }
}

function digest(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Node's own needs the legacy provider of OpenSSL. */
function rc4(key: Uint8Array, bytes: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (one: number, other: number): void => {
    [state[one], state[other]] = [state[other] as number, state[one] as number];
  };
  for (let index = 0, other = 0; index < 256; index += 1) {
    other = (other + (state[index] as number) + (key[index % key.length] as number)) & 255;
    swap(index, other);
  }
  let [index, other] = [0, 0];
  return Buffer.from(
    bytes.map((byte) => {
      index = (index + 1) & 255;
      other = (other + (state[index] as number)) & 255;
      swap(index, other);
      return byte ^ (state[((state[index] as number) + (state[other] as number)) & 255] as number);
    }),
  );
}

function numberOf(dictionary: PdfDictionary, key: string, otherwise: number): number {
  const value = dictionary.get(key);
  return typeof value === 'number' ? value : otherwise;
}

function bytesOf(dictionary: PdfDictionary, key: string): Buffer {
  const value = dictionary.get(key);
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}
