/** ZIP archives as they should be, and with any field a lie. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface Part {
  readonly name: string;
  readonly bytes?: Buffer | string;
  readonly stored?: boolean;
  readonly encrypted?: boolean;
  /** Unix mode; a symbolic link is 0o120777. */
  readonly mode?: number;
  readonly claimed?: number;
  readonly claimedCompressed?: number;
  /** Name in the local header, if another one. */
  readonly localName?: string;
  /** Bytes and headers are those of this earlier part: nothing is added to the file. */
  readonly sharesWith?: number;
  readonly descriptor?: boolean;
  /** Sizes and offset in a ZIP64 field. */
  readonly wide?: boolean;
}

export interface End {
  readonly claimedEntries?: number;
  readonly claimedDirectoryBytes?: number;
  readonly zip64?: boolean;
  readonly zip64Entries?: bigint;
  readonly comment?: string;
}

export function zipOf(parts: readonly Part[], end: End = {}): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const part of parts) {
    const made = madeOf(part);
    const shared = part.sharesWith === undefined ? undefined : offsets[part.sharesWith];
    offsets.push(shared ?? offset);
    if (shared === undefined) {
      local.push(made.local);
      offset += made.local.length;
    }
    directory.push(made.entry(offsets.at(-1) ?? 0));
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...local, listed, endOf(parts.length, listed.length, offset, end)]);
}

function madeOf(part: Part) {
  const bytes = Buffer.from(part.bytes ?? '');
  const packed = part.stored ? bytes : deflateRawSync(bytes);
  const name = Buffer.from(part.name);
  const localName = Buffer.from(part.localName ?? part.name);
  const flags = (part.encrypted ? 1 : 0) | (part.descriptor ? 8 : 0) | 0x800;
  const common = Buffer.alloc(26);
  common.writeUInt16LE(part.wide ? 45 : 20, 0);
  common.writeUInt16LE(flags, 2);
  common.writeUInt16LE(part.stored ? 0 : 8, 4);
  common.writeUInt32LE(0x5a2a_6000, 6);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(part.claimedCompressed ?? packed.length, 14);
  common.writeUInt32LE(part.wide ? bytes.length : (part.claimed ?? bytes.length), 18);
  const header = (length: number): Buffer => {
    const own = Buffer.from(common);
    own.writeUInt16LE(length, 22);
    return own;
  };
  const descriptor = Buffer.alloc(part.descriptor ? 16 : 0);
  if (part.descriptor) {
    descriptor.write('PK\x07\x08', 'latin1');
    descriptor.writeUInt32LE(crc32(bytes), 4);
    descriptor.writeUInt32LE(packed.length, 8);
    descriptor.writeUInt32LE(bytes.length, 12);
  }
  return {
    local: Buffer.concat([
      Buffer.from('PK\x03\x04', 'latin1'),
      header(localName.length),
      localName,
      packed,
      descriptor,
    ]),
    entry(offset: number): Buffer {
      const extra = part.wide
        ? wideField(part.claimed ?? bytes.length, packed.length, offset)
        : Buffer.alloc(0);
      const fields = header(name.length);
      if (part.wide) fields.fill(0xff, 14, 22);
      fields.writeUInt16LE(extra.length, 24);
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 6);
      tail.writeUInt32LE(part.wide ? 0xffffffff : offset, 10);
      return Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, tail, name, extra]);
    },
  };
}

function wideField(size: number, compressed: number, offset: number): Buffer {
  const field = Buffer.alloc(28);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(24, 2);
  field.writeBigUInt64LE(BigInt(size), 4);
  field.writeBigUInt64LE(BigInt(compressed), 12);
  field.writeBigUInt64LE(BigInt(offset), 20);
  return field;
}

function endOf(count: number, directoryBytes: number, offset: number, end: End): Buffer {
  const comment = Buffer.from(end.comment ?? '');
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 'latin1');
  const entries = end.zip64 ? 0xffff : (end.claimedEntries ?? count);
  record.writeUInt16LE(Math.min(entries, 0xffff), 8);
  record.writeUInt16LE(Math.min(entries, 0xffff), 10);
  record.writeUInt32LE(end.zip64 ? 0xffffffff : (end.claimedDirectoryBytes ?? directoryBytes), 12);
  record.writeUInt32LE(end.zip64 ? 0xffffffff : offset, 16);
  record.writeUInt16LE(comment.length, 20);
  if (!end.zip64) return Buffer.concat([record, comment]);
  const wide = Buffer.alloc(56 + 20);
  wide.write('PK\x06\x06', 'latin1');
  wide.writeBigUInt64LE(44n, 4);
  wide.writeBigUInt64LE(end.zip64Entries ?? BigInt(count), 24);
  wide.writeBigUInt64LE(end.zip64Entries ?? BigInt(count), 32);
  wide.writeBigUInt64LE(BigInt(end.claimedDirectoryBytes ?? directoryBytes), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.write('PK\x06\x07', 56, 'latin1');
  wide.writeBigUInt64LE(BigInt(offset + directoryBytes), 64);
  wide.writeUInt32LE(1, 72);
  return Buffer.concat([wide, record, comment]);
}
