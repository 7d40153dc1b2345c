/**
 * What the entries of a ZIP archive say about what it is: names that tell its purpose, and of documents which of their
 * parts are code. Code is looked for apart from the other names, so that thousands of those do not crowd it out.
 */
import type { ZipEntry } from '../zip/directory.ts';

export interface ZipNotes {
  /** Of the entries that say what kind of archive it is, as many as fit; see zip-type.ts. */
  readonly telling: readonly string[];
  readonly mimetype: string | null;
  /** Parts that an office program would run, by their names or by the list of content types. */
  readonly officeCode: readonly string[];
  readonly openDocumentCode: readonly string[];
  /** The manifest of an OpenDocument says that its parts are under a password. */
  readonly encrypted: boolean;
}

const MOST_TELLING = 2_000;
const MOST_CODE = 100;
const LONGEST_NAME = 200;
/** One is usual; a thousand of them would take as long as somebody wants. */
const MOST_READ = 8;
const MOST_XML_BYTES = 4 * 1024 ** 2;
const TELLING =
  /^(?:mimetype|\[Content_Types\]\.xml|AndroidManifest\.xml|classes\.dex|META-INF\/MANIFEST\.MF|Payload\/[^/]+\.app\/|[^/]+\.kml$|Index\/Document\.iwa|index\.apxl|(?:word|xl|ppt|visio)\/[^/]*$|content\.xml$|data\.pkl|[^/]+\/data\.pkl|.*\.npy$|extension\.vsixmanifest|manifest\.json$|FixedDocSeq\.fdseq|.*EncryptedPackage$)/i;
const OFFICE_CODE = /^(?:word|xl|ppt|visio)\/.*vbaProject\.bin$|^xl\/macrosheets\//i;
/** The libraries' own lists are in every document that was ever opened in a Basic editor. */
const OPEN_DOCUMENT_CODE = /^(?:Basic|Scripts)\/.+\/(?!.*script-l[bc]\.xml$).*[^/]$/;
const CODE_TYPE = /vbaProject|macrosheet/i;

/** `readContent` answers an entry as text, or null where it cannot be read or is larger. */
export function openZipNotes(readContent: (entry: ZipEntry, mostBytes: number) => string | null) {
  const telling: string[] = [];
  const officeCode: string[] = [];
  const openDocumentCode: string[] = [];
  const text = { mimetype: null as string | null, types: '', manifest: '' };
  const keep = (names: string[], name: string, most: number): void => {
    if (names.length < most) names.push(name.slice(0, LONGEST_NAME));
  };
  let read = 0;
  const contentOf = (entry: ZipEntry, mostBytes: number): string | null => {
    read += 1;
    return read > MOST_READ ? null : readContent(entry, mostBytes);
  };
  return {
    add(entry: ZipEntry): void {
      const { name } = entry;
      if (TELLING.test(name)) keep(telling, name, MOST_TELLING);
      if (OFFICE_CODE.test(name)) keep(officeCode, name, MOST_CODE);
      if (OPEN_DOCUMENT_CODE.test(name)) keep(openDocumentCode, name, MOST_CODE);
      if (name === 'mimetype' && entry.size < 200) text.mimetype = contentOf(entry, 200);
      if (/^\[Content_Types\]\.xml$/i.test(name)) text.types += contentOf(entry, MOST_XML_BYTES) ?? '';
      if (name === 'META-INF/manifest.xml') text.manifest += contentOf(entry, MOST_XML_BYTES) ?? '';
    },
    told: (): ZipNotes => ({
      ...{ telling, mimetype: text.mimetype, openDocumentCode },
      officeCode: [...new Set([...officeCode, ...declaredCode(text.types, telling)])],
      encrypted: /<(?:[\w-]+:)?encryption-data[\s>]/.test(text.manifest),
    }),
  };
}

/** A part may have any name: what it is says the list of content types, one by one or by extension. */
function declaredCode(types: string, names: readonly string[]): readonly string[] {
  // In UTF-16 every other byte is zero.
  const elements = types.replaceAll('\0', '').match(/<(?:[\w-]+:)?(?:Override|Default)\s[^<>]*>/g) ?? [];
  const code = elements.filter((element) => CODE_TYPE.test(attribute(element, 'ContentType')));
  const parts = code.map((element) => attribute(element, 'PartName').replace(/^\//, ''));
  const extensions = code.map((element) => attribute(element, 'Extension').toLowerCase()).filter(Boolean);
  const byExtension = names.filter((name) =>
    extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`)),
  );
  return [...parts.filter(Boolean), ...byExtension]
    .slice(0, MOST_CODE)
    .map((name) => name.slice(0, LONGEST_NAME));
}

function attribute(element: string, name: string): string {
  return new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(element)?.slice(1).find(Boolean) ?? '';
}
