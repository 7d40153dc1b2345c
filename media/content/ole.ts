/**
 * The directory of an OLE2 compound file (old Office documents, installers, mail): which streams there are. Sector
 * chains are followed no further than the file has sectors, so that one that bites its tail ends.
 */
import type { ReadAt } from '../zip/directory.ts';
import { type FileType, fileType } from './signatures.ts';

export interface OleFound {
  readonly type: FileType;
  readonly streams: readonly string[];
  readonly macros: readonly string[];
  readonly encrypted: boolean;
  /** Why the directory stops, or null. */
  readonly damage: string | null;
}

const END_OF_CHAIN = 0xfffffffe;
const ENTRY_BYTES = 128;
const MOST_ENTRIES = 50_000;
const INSTALLER = '84100c0000000000c000000000000046';

interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly classId: string;
}

export function readOle(read: ReadAt, size: number): OleFound {
  const { entries, damage } = directoryOf(read, size);
  const names = entries.map(({ name }) => name);
  const macros = [
    ...new Set(names.filter((name) => /^(?:VBA|_VBA_PROJECT|_VBA_PROJECT_CUR|Macros|dir)$/i.test(name))),
  ];
  const hasCode = macros.some((name) => /VBA/i.test(name));
  return {
    type: typeOf(names, entries[0]?.classId ?? ''),
    streams: names.slice(0, 100),
    macros: hasCode ? macros : [],
    encrypted: names.some((name) => /^(?:EncryptedPackage|EncryptionInfo)$/.test(name)),
    damage,
  };
}

function typeOf(names: readonly string[], rootClass: string): FileType {
  const has = (name: string): boolean => names.includes(name);
  if (rootClass === INSTALLER) return fileType('executable', 'application/x-msi', 'msi', 'msi msp mst');
  if (has('EncryptedPackage'))
    return fileType(
      'document',
      'application/x-ooxml-encrypted',
      'encrypted office',
      'docx xlsx pptx docm xlsm pptm xlsb',
    );
  if (has('WordDocument')) return fileType('document', 'application/msword', 'doc', 'doc dot');
  if (has('Workbook') || has('Book'))
    return fileType('table', 'application/vnd.ms-excel', 'xls', 'xls xlt xla');
  if (has('PowerPoint Document'))
    return fileType('document', 'application/vnd.ms-powerpoint', 'ppt', 'ppt pot pps');
  if (has('VisioDocument')) return fileType('document', 'application/vnd.visio', 'vsd', 'vsd vst');
  if (names.some((name) => name.startsWith('__nameid_version')))
    return fileType('document', 'application/vnd.ms-outlook', 'msg', 'msg oft');
  return fileType('document', 'application/x-ole-storage', 'ole2', 'doc xls ppt msg msi db pub mpp');
}

function directoryOf(read: ReadAt, size: number): { entries: DirectoryEntry[]; damage: string | null } {
  if (size < 512) return { entries: [], damage: 'it ends within its header' };
  const header = read(0, 512);
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return { entries: [], damage: 'its sectors have an impossible size' };
  const sectorBytes = 1 << shift;
  const sectors = Math.ceil(size / sectorBytes);
  const sectorAt = (sector: number): Buffer | null => {
    const at = (sector + 1) * sectorBytes;
    return at + sectorBytes <= size ? read(at, sectorBytes) : null;
  };
  const next = openChains(header, sectorBytes, sectors, sectorAt);
  const entries: DirectoryEntry[] = [];
  const passed = new Set<number>();
  for (let sector = header.readUInt32LE(48); sector < END_OF_CHAIN; ) {
    if (passed.has(sector)) return { entries, damage: 'its directory bites its tail' };
    passed.add(sector);
    const bytes = sectorAt(sector);
    if (!bytes) return { entries, damage: 'its directory lies behind the end' };
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      const entry = entryOf(bytes.subarray(at, at + ENTRY_BYTES));
      if (entry) entries.push(entry);
    }
    if (entries.length > MOST_ENTRIES) return { entries, damage: 'it holds more streams than are read' };
    const following = next(sector);
    if (following === null) return { entries, damage: 'its sector table is damaged' };
    sector = following;
  }
  return { entries, damage: null };
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
  return { name, type, classId: bytes.toString('hex', 80, 96) };
}
