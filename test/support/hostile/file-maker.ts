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

/** An OLE2 file whose directory has these streams; `loop`: its chain of sectors bites its tail. */
export function oleOf(streams: readonly string[], more: { readonly loop?: boolean } = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write('d0cf11e0a1b11ae1', 'hex');
  header.writeUInt16LE(9, 30);
  header.writeUInt32LE(1, 48);
  header.writeUInt32LE(0xfffffffe, 68);
  header.fill(0xff, 76);
  header.writeUInt32LE(0, 76);
  const directorySectors = Math.ceil((streams.length + 1) / 4);
  const table = Buffer.alloc(512, 0xff);
  table.writeUInt32LE(0xfffffffd, 0);
  for (let index = 1; index <= directorySectors; index += 1) {
    const last = index === directorySectors;
    table.writeUInt32LE(last ? (more.loop ? 1 : 0xfffffffe) : index + 1, 4 * index);
  }
  const directory = Buffer.alloc(directorySectors * 512);
  ['Root Entry', ...streams].forEach((name, index) => {
    const at = index * 128;
    directory.write(name, at, 'utf16le');
    directory.writeUInt16LE(2 * name.length + 2, at + 64);
    directory[at + 66] = index === 0 ? 5 : 2;
  });
  return Buffer.concat([header, table, directory]);
}

export const elf = Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(120)]);

export function portableExecutable(): Buffer {
  const program = Buffer.alloc(512);
  program.write('MZ', 'latin1');
  program.writeUInt32LE(128, 60);
  program.write('PE\0\0', 128, 'latin1');
  return program;
}
