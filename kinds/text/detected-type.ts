/** The media type of a text by what it looks like, and the names that such a file may have. */
const TYPES: Readonly<Record<string, { readonly mime: string; readonly extensions: readonly string[] }>> = {
  html: { mime: 'text/html', extensions: ['html', 'htm', 'xhtml'] },
  xml: {
    mime: 'application/xml',
    extensions: ['xml', 'svg', 'xsd', 'xsl', 'rss', 'atom', 'kml', 'gpx', 'xhtml', 'html'],
  },
  json: {
    mime: 'application/json',
    extensions: ['json', 'jsonl', 'ndjson', 'geojson', 'ipynb', 'webmanifest'],
  },
  csv: { mime: 'text/csv', extensions: ['csv', 'tsv', 'tab', 'dat'] },
  markdown: { mime: 'text/markdown', extensions: ['md', 'markdown', 'mdx', 'rst'] },
  subtitle: { mime: 'text/vtt', extensions: ['vtt', 'srt', 'sbv', 'ass'] },
};

/** Names that say nothing of a text's form, or only what a person means to do with it. */
const ANY = [
  'txt',
  'text',
  'log',
  'md',
  'rst',
  'adoc',
  'org',
  'tex',
  'conf',
  'ini',
  'yml',
  'yaml',
  'toml',
  'eml',
  'srt',
  'vtt',
];

/** Names that promise something that is no text at all. */
const NO_TEXT = new Set(
  'pdf png jpg jpeg gif webp bmp tif tiff heic avif mp3 wav flac ogg opus m4a mp4 mov mkv webm avi zip gz zst xz bz2 7z rar tar exe dll so bin iso doc docx xls xlsx ppt pptx odt parquet sqlite db'.split(
    ' ',
  ),
);

export interface TextType {
  readonly mime: string;
  readonly container: string;
  readonly by: string;
  readonly extensions: readonly string[];
}

/** `declared`: the extension of the name, in lower case. Only a name that promises another format is a mismatch. */
export function detectedType(
  { kind, by }: { readonly kind: string; readonly by: string },
  declared: string | null,
): TextType {
  const type = TYPES[kind] ?? { mime: 'text/plain', extensions: [] };
  const subRip = kind === 'subtitle' && !by.includes('WEBVTT');
  const { mime, extensions } = subRip ? { ...type, mime: 'application/x-subrip' } : type;
  const promised = Object.values(TYPES).some((type) => type.extensions.includes(declared ?? ''));
  const harmless = declared !== null && !NO_TEXT.has(declared) && !promised ? [declared] : [];
  return { mime, container: 'text', by: 'content', extensions: [...extensions, ...ANY, ...harmless] };
}
