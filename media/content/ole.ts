/** What an OLE2 compound file is (old Office documents, installers, mail), by its streams and how they begin. */
import type { ReadAt } from '../zip/directory.ts';
import {
  macroSheetsOf,
  isEncryptedPresentation,
  isEncryptedText,
  isEncryptedWorkbook,
} from './old-office.ts';
import { type OleFile, openOle } from './ole-streams.ts';
import { type FileType, fileType } from './signatures.ts';

export interface OleFound {
  readonly type: FileType;
  readonly streams: readonly string[];
  readonly macros: readonly string[];
  readonly encrypted: boolean;
  /** Why the directory stops, or null. */
  readonly damage: string | null;
}

const INSTALLER = '84100c0000000000c000000000000046';

/** From here on a workbook has told its sheets. */
const MOST_GLOBALS_BYTES = 1024 ** 2;

export function readOle(read: ReadAt, size: number): OleFound {
  const file = openOle(read, size);
  const { entries, damage } = file;
  const names = entries.map(({ name }) => name);
  const macros = [
    ...new Set(names.filter((name) => /^(?:VBA|_VBA_PROJECT|_VBA_PROJECT_CUR|Macros|dir)$/i.test(name))),
  ];
  const hasCode = macros.some((name) => /VBA/i.test(name));
  const workbook = file.begin(/^(?:Workbook|Book)$/i, MOST_GLOBALS_BYTES);
  const encrypted =
    names.some((name) => /^(?:EncryptedPackage|EncryptionInfo)$/.test(name)) || isEncrypted(file, workbook);
  return {
    type: typeOf(names, entries[0]?.classId ?? ''),
    streams: names.slice(0, 100),
    macros: [...(hasCode ? macros : []), ...(encrypted ? [] : macroSheetsOf(workbook))],
    encrypted,
    damage,
  };
}

/** Old documents keep their form under a password, and say so where they begin. */
function isEncrypted(file: OleFile, workbook: Buffer): boolean {
  return (
    isEncryptedWorkbook(workbook) ||
    isEncryptedText(file.begin(/^WordDocument$/i, 64)) ||
    isEncryptedPresentation(file.begin(/^Current User$/i, 64))
  );
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
