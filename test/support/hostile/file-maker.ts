/** Tar archives, compound documents and programs, as small as they can be. */
export interface TarPart {
  readonly name: string;
  readonly bytes?: Buffer | string;
  readonly type?: string;
  readonly link?: string;
  /** As it stands in the header. */
  readonly size?: string | Buffer;
}

export function tarOf(parts: readonly TarPart[]): Buffer {
  const blocks = parts.flatMap((part) => {
    const bytes = Buffer.from(part.bytes ?? '');
    const padded = Buffer.alloc(Math.ceil(bytes.length / 512) * 512);
    bytes.copy(padded);
    return [tarHeader(part, bytes.length), padded];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarHeader({ name, type = '0', link = '', size }: TarPart, bytes: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  if (Buffer.isBuffer(size)) size.copy(header, 124);
  else header.write(size ?? `${bytes.toString(8).padStart(11, '0')}\0`, 124);
  header.write('14700000000\0', 136);
  header.fill(0x20, 148, 156);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

interface OleMore {
  /** Its chain of sectors bites its tail. */
  readonly loop?: boolean;
  /** Of streams: large ones have chains of their own, the small one lies in the root's. */
  readonly contents?: Readonly<Record<string, Buffer>>;
}

const SECTOR = 512;
const SMALL_BELOW = 4096;
const LAST = 0xfffffffe;

/** An OLE2 file whose directory has these streams. */
export function oleOf(streams: readonly string[], { loop = false, contents = {} }: OleMore = {}): Buffer {
  const header = Buffer.alloc(SECTOR);
  header.write('d0cf11e0a1b11ae1', 'hex');
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(SMALL_BELOW, 56);
  header.writeUInt32LE(LAST, 60);
  header.writeUInt32LE(LAST, 68);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const table = Buffer.alloc(SECTOR, 0xff);
  table.writeUInt32LE(0xfffffffd, 0);
  const sectors: Buffer[] = [];
  /** Answers the first sector. */
  const place = (bytes: Buffer): number => {
    const first = 1 + sectors.length;
    for (let at = 0; at < bytes.length; at += SECTOR) {
      const sector = Buffer.alloc(SECTOR);
      bytes.copy(sector, 0, at);
      sectors.push(sector);
      table.writeUInt32LE(at + SECTOR < bytes.length ? sectors.length + 1 : LAST, 4 * sectors.length);
    }
    return first;
  };
  const directory = Buffer.alloc(Math.ceil((streams.length + 1) / 4) * SECTOR);
  place(directory);
  if (loop) table.writeUInt32LE(1, 4 * sectors.length);
  ['Root Entry', ...streams].forEach((name, index) => {
    const at = index * 128;
    directory.write(name, at, 'utf16le');
    directory.writeUInt16LE(2 * name.length + 2, at + 64);
    directory[at + 66] = index === 0 ? 5 : 2;
    const content = contents[name];
    if (!content) return;
    directory.writeUInt32LE(content.length, at + 120);
    const start = place(content);
    const small = content.length < SMALL_BELOW;
    directory.writeUInt32LE(small ? 0 : start, at + 116);
    if (!small) return;
    directory.writeUInt32LE(start, 116);
    directory.writeUInt32LE(SECTOR, 120);
    const next = Buffer.alloc(SECTOR, 0xff);
    for (let piece = 0; piece < 8; piece += 1) next.writeUInt32LE(piece < 7 ? piece + 1 : LAST, 4 * piece);
    header.writeUInt32LE(place(next), 60);
  });
  sectors.splice(0, directory.length / SECTOR, directory);
  return Buffer.concat([header, table, ...sectors]);
}

export const elf = Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(120)]);

export function portableExecutable(): Buffer {
  const program = Buffer.alloc(512);
  program.write('MZ', 'latin1');
  program.writeUInt32LE(128, 60);
  program.write('PE\0\0', 128, 'latin1');
  return program;
}
