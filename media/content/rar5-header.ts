/** One header of a RAR archive of version 5: numbers in it are 7 bits a byte. Pure but for the read. */
export interface Rar5Header {
  readonly kind: number;
  readonly bytes: number;
  /** Of what follows the header. */
  readonly contentBytes: number;
  readonly file: Rar5File | null;
}

interface Rar5File {
  readonly name: Buffer;
  readonly isDirectory: boolean;
  readonly unpackedBytes: number;
  readonly modified: string | null;
  readonly isEncrypted: boolean;
  readonly link: { readonly type: 'symlink' | 'hardlink'; readonly target: Buffer } | null;
}

const CRC_BYTES = 4;
const FILE = 2;
const HAS_EXTRA = 1;
const HAS_CONTENT = 2;

/** Null: it is damaged. `readHeader` answers as many bytes from the beginning of this header. */
export function openRar5Header(
  begin: Buffer,
  readHeader: (bytes: number) => Buffer | null,
): Rar5Header | null {
  const first = openNumbers(begin, CRC_BYTES);
  const following = first.next();
  const bytes = first.at() + following;
  const header = following > 0 && Number.isSafeInteger(bytes) ? readHeader(bytes) : null;
  if (header === null) return null;
  const numbers = openNumbers(header, first.at());
  const [kind, flags] = [numbers.next(), numbers.next()];
  const extraBytes = (flags & HAS_EXTRA) === 0 ? 0 : numbers.next();
  const contentBytes = (flags & HAS_CONTENT) === 0 ? 0 : numbers.next();
  if (numbers.failed() || extraBytes > header.length || !Number.isSafeInteger(contentBytes)) return null;
  const file = kind === FILE ? fileOf(header, numbers, header.length - extraBytes) : null;
  return kind === FILE && file === null ? null : { kind, bytes, contentBytes, file };
}

const IS_DIRECTORY = 1;
const HAS_TIME = 2;
const HAS_CRC = 4;

function fileOf(header: Buffer, numbers: Numbers, extraAt: number): Rar5File | null {
  const [flags, unpackedBytes] = [numbers.next(), numbers.next()];
  // Attributes.
  numbers.next();
  const modified = (flags & HAS_TIME) === 0 ? null : timeOf(numbers.take(4));
  if ((flags & HAS_CRC) !== 0) numbers.take(4);
  // Compression, and the system that it was made on.
  numbers.next();
  numbers.next();
  const name = numbers.take(numbers.next());
  if (numbers.failed() || !Number.isSafeInteger(unpackedBytes)) return null;
  const extra = extraOf(header, extraAt);
  return { name, isDirectory: (flags & IS_DIRECTORY) !== 0, unpackedBytes, modified, ...extra };
}

const ENCRYPTION = 1;
const REDIRECTION = 5;
const LINKS: Readonly<Record<number, 'symlink' | 'hardlink'>> = {
  ...{ 1: 'symlink', 2: 'symlink', 3: 'symlink', 4: 'hardlink' },
};

function extraOf(header: Buffer, extraAt: number): Pick<Rar5File, 'isEncrypted' | 'link'> {
  let isEncrypted = false;
  let link: Rar5File['link'] = null;
  for (let at = extraAt; at < header.length; ) {
    const numbers = openNumbers(header, at);
    const bytes = numbers.next();
    const end = numbers.at() + bytes;
    const kind = numbers.next();
    if (numbers.failed() || bytes === 0) break;
    if (kind === ENCRYPTION) isEncrypted = true;
    if (kind === REDIRECTION) {
      const type = LINKS[numbers.next()];
      numbers.next();
      const target = numbers.take(numbers.next());
      if (type !== undefined && !numbers.failed()) link = { type, target };
    }
    at = end;
  }
  return { isEncrypted, link };
}

type Numbers = ReturnType<typeof openNumbers>;

function openNumbers(bytes: Buffer, begin: number) {
  let at = begin;
  let failed = false;
  return {
    at: () => at,
    failed: () => failed,
    next(): number {
      let value = 0;
      for (let shift = 0; shift < 10; shift += 1) {
        const byte = bytes[at];
        if (byte === undefined) break;
        at += 1;
        value += (byte & 0x7f) * 2 ** (7 * shift);
        if (byte < 0x80) return value;
      }
      failed = true;
      return 0;
    },
    take(count: number): Buffer {
      if (at + count > bytes.length) failed = true;
      at += count;
      return bytes.subarray(at - count, at);
    },
  };
}

function timeOf(bytes: Buffer): string | null {
  return bytes.length < 4 ? null : new Date(bytes.readUInt32LE(0) * 1000).toISOString();
}
