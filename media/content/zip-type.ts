/** What a ZIP archive is for, and which macros it brings, by the names of its entries. Pure. */
import { type FileType, fileType } from './signatures.ts';
import type { ZipNotes } from './zip-notes.ts';

const OPEN_DOCUMENT: Readonly<Record<string, readonly [string, string]>> = {
  text: ['odt', 'odt ott'],
  spreadsheet: ['ods', 'ods ots'],
  presentation: ['odp', 'odp otp'],
  graphics: ['odg', 'odg otg'],
  formula: ['odf', 'odf'],
  database: ['odb', 'odb'],
  chart: ['odc', 'odc'],
};

export function zipTypeOf({ telling, mimetype, officeCode }: ZipNotes): FileType {
  const has: Has = (pattern) => telling.some((name) => pattern.test(name));
  const office = has(/^\[Content_Types\]\.xml$/) ? officeTypeOf(has, officeCode.length > 0) : null;
  const other = PURPOSES.find(([pattern]) => has(pattern))?.[1];
  const arrays = telling.length > 0 && telling.every((name) => name.endsWith('.npy'));
  return (
    mimeTypeOf(mimetype?.trim() ?? '') ??
    office ??
    other ??
    (arrays
      ? fileType('table', 'application/x-npz', 'npz', 'npz')
      : fileType('archive', 'application/zip', 'zip', 'zip'))
  );
}

type Has = (pattern: RegExp) => boolean;

/** Formats that begin with an entry which says what they are. */
function mimeTypeOf(mime: string): FileType | null {
  const open = /^application\/vnd\.oasis\.opendocument\.([a-z]+)/.exec(mime);
  const kind = open && OPEN_DOCUMENT[open[1] ?? ''];
  if (kind) return fileType('document', mime, kind[0], kind[1]);
  if (mime === 'application/epub+zip') return fileType('document', mime, 'epub', 'epub');
  return mime === 'image/openraster' ? fileType('image', mime, 'ora', 'ora') : null;
}

function officeTypeOf(has: Has, macros: boolean): FileType | null {
  const document = (family: 'document' | 'table', part: string, name: string, extensions: string): FileType =>
    fileType(family, `application/vnd.openxmlformats-officedocument.${part}`, name, extensions);
  if (has(/^word\//))
    return macros
      ? document('document', 'wordprocessingml.document', 'docx with macros', 'docm dotm')
      : document('document', 'wordprocessingml.document', 'docx', 'docx dotx');
  if (has(/^xl\/workbook\.bin$/i))
    return fileType('table', 'application/vnd.ms-excel.sheet.binary.macroEnabled.12', 'xlsb', 'xlsb');
  if (has(/^xl\//))
    return macros
      ? document('table', 'spreadsheetml.sheet', 'xlsx with macros', 'xlsm xltm xlam')
      : document('table', 'spreadsheetml.sheet', 'xlsx', 'xlsx xltx');
  if (!has(/^ppt\//)) return null;
  return macros
    ? document('document', 'presentationml.presentation', 'pptx with macros', 'pptm potm ppsm')
    : document('document', 'presentationml.presentation', 'pptx', 'pptx potx ppsx');
}

/** The first whose entry is there. */
const PURPOSES: readonly (readonly [RegExp, FileType])[] = [
  [/^visio\//, fileType('document', 'application/vnd.ms-visio.drawing', 'vsdx', 'vsdx vsdm')],
  [/^extension\.vsixmanifest$/, fileType('executable', 'application/vsix', 'vsix', 'vsix')],
  [/^FixedDocSeq\.fdseq$/i, fileType('document', 'application/vnd.ms-xpsdocument', 'xps', 'xps oxps')],
  [
    /^AndroidManifest\.xml$/,
    fileType('executable', 'application/vnd.android.package-archive', 'apk', 'apk aab'),
  ],
  [/^Payload\/[^/]+\.app\//, fileType('executable', 'application/x-ios-app', 'ipa', 'ipa')],
  [/^META-INF\/MANIFEST\.MF$/, fileType('executable', 'application/java-archive', 'jar', 'jar war ear')],
  [/^[^/]+\.kml$/, fileType('data', 'application/vnd.google-earth.kmz', 'kmz', 'kmz')],
  [
    /^Index\/Document\.iwa$|^index\.apxl$/,
    fileType('document', 'application/vnd.apple.iwork', 'iwork', 'key pages numbers'),
  ],
  [/(?:^|\/)data\.pkl$/, fileType('model', 'application/x-pytorch', 'pytorch', 'pt pth bin ckpt')],
];

/** Names of entries that hold code which an office program would run. */
export function macrosOf({ officeCode, openDocumentCode }: ZipNotes, container: string): readonly string[] {
  return /^od[a-z]$/.test(container) ? openDocumentCode : officeCode;
}
