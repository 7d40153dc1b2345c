import type { UploadResult } from '../../client/index.ts';
import { plain, size, table } from '../text.ts';

const SHOWN = 15;

/** Verdict first, then what the file is, then what is in it. */
export function uploadSection({ resource, upload }: UploadResult): string {
  const { checksums, verdict, reasons, applies, macros } = upload;
  const started = applies.filter(({ starts }) => starts).map(({ kind }) => kind);
  return [
    '',
    `verdict    ${verdict}`,
    ...reasons.map(({ code, message }) => `           ${code}: ${plain(message, 120)}`),
    `type       ${resource.detectedType.mime}, ${size(resource.bytes)}`,
    `sha256     ${checksums.sha256}`,
    `md5        ${checksums.md5}   crc32c ${checksums.crc32c}`,
    `blake3     ${checksums.blake3}`,
    ...(macros.length > 0
      ? [
          `macros     ${macros
            .slice(0, 5)
            .map((name) => plain(name, 60))
            .join(', ')}`,
        ]
      : []),
    `applies    ${applies.map(({ kind }) => kind).join(', ') || 'no analysis'}`,
    ...(started.length > 0 ? [`started    ${started.join(', ')}`] : []),
    ...archiveLines(upload.archive),
  ].join('\n');
}

/** What an archive holds, as far as one likes to read it. */
export function archiveLines(archive: UploadResult['upload']['archive']): readonly string[] {
  if (!archive) return [];
  if (!archive.listed) return [`archive    ${archive.format}: ${archive.reason ?? 'not listed'}`];
  const ratio = archive.ratio === null ? '' : `, ${archive.ratio} times its size`;
  const head = `archive    ${archive.format}, ${archive.n_entries} entries, ${size(archive.unfolded_bytes)} unfolded${ratio}`;
  const rows = archive.entries.slice(0, SHOWN).map(({ name, type, bytes, encrypted }) => {
    return [plain(name, 70), encrypted ? 'encrypted' : type === 'file' ? '' : type, size(bytes)];
  });
  const more =
    archive.n_entries > rows.length && rows.length > 0
      ? [`… and ${archive.n_entries - rows.length} more`]
      : [];
  return rows.length === 0 ? [head] : [head, '', table([['entry', '', 'size'], ...rows], [2]), ...more];
}
