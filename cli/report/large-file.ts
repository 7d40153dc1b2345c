import type { LargeFileResult } from '../../client/index.ts';
import { number, size } from '../text.ts';
import { archiveLines } from './upload.ts';

/** Digest and chunks, what the bytes are like, and how they were read. */
export function largeFileSection({ resource, 'large-file': file }: LargeFileResult): string {
  const { content_chunks: content, entropy, text, reading, bytes } = file;
  const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)}%`);
  const lines = text.is_text
    ? `${text.encoding}, ${(text.lines ?? 0).toLocaleString('en-US')} lines (${text.newline ?? 'no newline'}), longest ${size(text.longest_line_bytes ?? 0)}`
    : 'no text';
  return [
    '',
    `sha256     ${file.sha256}`,
    `type       ${resource.detectedType.mime}, ${size(resource.bytes)}`,
    `chunks     ${file.n_chunks} of ${size(file.chunk_bytes)}: ${file.chunks_artefact}`,
    `content    ${content.n} chunks, ${content.n_distinct} distinct, ${size(content.repeated_bytes)} repeated`,
    `entropy    ${number(entropy.min)} – ${number(entropy.max)}, mean ${number(entropy.mean)} bits per byte; ${percent(entropy.share_high)} above ${entropy.high_threshold}`,
    `bytes      ${bytes.n_distinct} distinct, ${percent(bytes.p_zero)} zero, ${percent(bytes.p_printable_ascii)} printable`,
    `text       ${lines}`,
    `reading    ${size(reading.bytes_read)} for ${size(reading.bytes)}, ${size(reading.throughput_bytes_per_s ?? 0)}/s`,
    ...reading.resumes.map(
      ({ chunk, at_byte }) => `           chunk ${chunk} went on at byte ${at_byte.toLocaleString('en-US')}`,
    ),
    ...archiveLines(file.archive),
  ].join('\n');
}
