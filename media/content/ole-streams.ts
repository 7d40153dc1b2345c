/**
 * The directory of an OLE2 compound file, and how its streams begin. Sector chains are followed no further than the file
 * has sectors, so that one that bites its tail ends.
 */
import type { ReadAt } from '../zip/directory.ts';

export interface OleFile {
  readonly entries: readonly DirectoryEntry[];
  /** Why the directory stops, or null. */
  readonly damage: string | null;
  /** The first bytes of the first stream of such a name; none where there is none. */
  begin(name: RegExp, bytes: number): Buffer;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly classId: string;
  /** First sector. */
  readonly start: number;
  readonly bytes: number;
}

const END_OF_CHAIN = 0xfffffffe;
const ENTRY_BYTES = 128;
const MOST_ENTRIES = 50_000;
const STREAM = 2;

const unreadable = (damage: string): OleFile => ({ entries: [], damage, begin: () => Buffer.alloc(0) });

export function openOle(read: ReadAt, size: number): OleFile {
  if (size < 512) return unreadable('it ends within its header');
  const header = read(0, 512);
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return unreadable('its sectors have an impossible size');
  const sectors = openSectors(read, size, header, 1 << shift);
  const { entries, damage } = directoryOf(sectors, header.readUInt32LE(48));
  return {
    entries,
    damage,
    begin(name, bytes) {
      const entry = entries.find((one) => one.type === STREAM && name.test(one.name));
      if (!entry) return Buffer.alloc(0);
      const wanted = Math.min(entry.bytes, bytes);
      if (entry.bytes >= header.readUInt32LE(56)) return sectors.chain(entry.start, wanted);
      return smallStream(sectors, {
        start: entry.start,
        wanted,
        root: entries[0],
        table: header.readUInt32LE(60),
      });
    },
  };
}

interface Small {
  readonly start: number;
  readonly wanted: number;
  readonly root: DirectoryEntry | undefined;
  /** First sector of the table of small sectors. */
  readonly table: number;
}

const SMALL_BYTES = 64;
const MOST_SMALL_BYTES = 4096;

/** Small streams share one, in sectors of 64 bytes that have a table of their own. */
function smallStream(sectors: Sectors, { start, wanted, root, table }: Small): Buffer {
  const pieces: Buffer[] = [];
  let sector = start;
  for (let got = 0; got < Math.min(wanted, MOST_SMALL_BYTES) && sector < END_OF_CHAIN; got += SMALL_BYTES) {
    const at = sector * SMALL_BYTES;
    const piece = sectors.within(root?.start ?? END_OF_CHAIN, at, SMALL_BYTES);
    const following = sectors.within(table, sector * 4, 4);
    if (piece === null) break;
    pieces.push(piece);
    sector = following?.readUInt32LE(0) ?? END_OF_CHAIN;
  }
  return Buffer.concat(pieces).subarray(0, wanted);
}

type Sectors = ReturnType<typeof openSectors>;

function openSectors(read: ReadAt, size: number, header: Buffer, sectorBytes: number) {
  const sectors = Math.ceil(size / sectorBytes);
  const sectorAt = (sector: number): Buffer | null => {
    const at = (sector + 1) * sectorBytes;
    return at + sectorBytes <= size ? read(at, sectorBytes) : null;
  };
  const next = openChains(header, sectorBytes, sectors, sectorAt);
  /** As many bytes of a chain as there are, and are wanted. */
  const chain = (start: number, wanted: number): Buffer => {
    const pieces: Buffer[] = [];
    let sector = start;
    for (let got = 0; got < wanted && sector < END_OF_CHAIN; got += sectorBytes) {
      const bytes = sectorAt(sector);
      if (bytes === null) break;
      // The page that it lies in is read anew.
      pieces.push(Buffer.from(bytes));
      sector = next(sector) ?? END_OF_CHAIN;
    }
    return Buffer.concat(pieces).subarray(0, wanted);
  };
  const within = (start: number, at: number, bytes: number): Buffer | null => {
    if (at / sectorBytes > sectors) return null;
    let sector: number | null = start;
    for (let hops = Math.floor(at / sectorBytes); hops > 0 && sector !== null; hops -= 1)
      sector = sector < END_OF_CHAIN ? next(sector) : null;
    if (sector === null || sector >= END_OF_CHAIN) return null;
    const from = at % sectorBytes;
    return sectorAt(sector)?.subarray(from, from + bytes) ?? null;
  };
  return { sectorAt, next, chain, within };
}

function directoryOf({ sectorAt, next }: Sectors, first: number) {
  const entries: DirectoryEntry[] = [];
  const passed = new Set<number>();
  const stopped = (damage: string | null) => ({ entries, damage });
  for (let sector = first; sector < END_OF_CHAIN; ) {
    if (passed.has(sector)) return stopped('its directory bites its tail');
    passed.add(sector);
    const bytes = sectorAt(sector);
    if (!bytes) return stopped('its directory lies behind the end');
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      const entry = entryOf(bytes.subarray(at, at + ENTRY_BYTES));
      if (entry) entries.push(entry);
    }
    if (entries.length > MOST_ENTRIES) return stopped('it holds more streams than are read');
    const following = next(sector);
    if (following === null) return stopped('its sector table is damaged');
    sector = following;
  }
  return stopped(null);
}

/** The sector after a sector, by the table whose own places stand in the header and, for large files, in a chain. */
function openChains(
  header: Buffer,
  sectorBytes: number,
  sectors: number,
  sectorAt: (sector: number) => Buffer | null,
): (sector: number) => number | null {
  const places: number[] = [];
  for (let index = 0; index < 109; index += 1) places.push(header.readUInt32LE(76 + 4 * index));
  const perSector = sectorBytes / 4;
  let more = header.readUInt32LE(68);
  for (let hops = 0; more < END_OF_CHAIN && hops < sectors && places.length < sectors; hops += 1) {
    const bytes = sectorAt(more);
    if (!bytes) break;
    for (let index = 0; index < perSector - 1; index += 1) places.push(bytes.readUInt32LE(4 * index));
    more = bytes.readUInt32LE(4 * (perSector - 1));
  }
  return (sector) => {
    const place = places[Math.floor(sector / perSector)];
    if (place === undefined || place >= END_OF_CHAIN) return null;
    return sectorAt(place)?.readUInt32LE(4 * (sector % perSector)) ?? null;
  };
}

function entryOf(bytes: Buffer): DirectoryEntry | null {
  const type = bytes[66] ?? 0;
  const nameBytes = bytes.readUInt16LE(64);
  if (type === 0 || nameBytes < 2 || nameBytes > 64) return null;
  const name = bytes.toString('utf16le', 0, nameBytes - 2).replace(/[\p{Cs}\p{Cc}]/gu, '');
  return {
    ...{ name, type, classId: bytes.toString('hex', 80, 96) },
    ...{ start: bytes.readUInt32LE(116), bytes: bytes.readUInt32LE(120) },
  };
}
