/** What is told of a large file, from the sums over its chunks. Pure. */
import { counted } from '../counted.ts';
import { archiveAlerts } from '../content/alerts.ts';
import type { ContentFound } from '../content/found.ts';
import type { Alert, ResourceSection, StepRecord } from '../envelope.ts';
import { quarantineReasons } from '../upload/verdict.ts';
import type { Chain } from './measured.ts';
import type { Plan } from './plan.ts';
import type { LargeFileResult } from './result.ts';
import { lineCount, newlineStyle, textCensus } from './text.ts';

/** What the join has added up while it wrote the artefacts. */
export interface Sums {
  readonly sha256: string;
  readonly chain: Chain;
  readonly chunks: LargeFileResult['large-file']['chunks'];
  readonly contentChunks: { readonly n: number; readonly distinct: number; readonly repeatedBytes: number };
  readonly entropy: {
    readonly n: number;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
    readonly high: number;
  };
  readonly bytesRead: number;
  readonly resumes: LargeFileResult['large-file']['reading']['resumes'];
  readonly ms: number;
}

export interface LargeFileFacts {
  readonly resource: ResourceSection;
  readonly steps: readonly StepRecord[];
  readonly plan: Plan;
  readonly found: ContentFound;
  readonly sums: Sums;
}

export const HIGH_ENTROPY = 7.9;
export const artefacts = {
  chunks: 'chunks.csv',
  contentChunks: 'content-chunks.csv',
  entropy: 'entropy.csv',
  histogram: 'byte-histogram.csv',
} as const;

export function composeLargeFile({ resource, steps, plan, found, sums }: LargeFileFacts): LargeFileResult {
  const { type, extension: _extension, problems: _problems, ...told } = found;
  const { bytes } = plan;
  const incomplete = found.archive !== null && found.archive.listed && !found.archive.complete;
  const text = textSection(sums.chain, bytes);
  return {
    schema: 'analysis.large-file/1',
    resource,
    status: incomplete ? 'partial' : 'complete',
    steps: [...steps],
    summary: { headline: headlineOf(type.container, plan, text), facts: factsOf(sums, found) },
    alerts: [...alertsOf(sums, found, resource), ...archiveAlerts(found)],
    coverage: { bytes, of: bytes, sampled: false, method: 'every byte, once, in chunks' },
    'large-file': {
      ...{ sha256: sums.sha256, chunks: sums.chunks, n_chunks: plan.chunks, chunk_bytes: plan.chunk_bytes },
      chunks_artefact: artefacts.chunks,
      content_chunks: contentSection(plan, sums),
      entropy: entropySection(plan, sums),
      bytes: byteSection(sums.chain.histogram, bytes),
      text,
      ...told,
      reading: {
        ...{ bytes, bytes_read: sums.bytesRead, resumes: sums.resumes },
        throughput_bytes_per_s: sums.ms > 0 ? Math.round((bytes / sums.ms) * 1000) : null,
      },
    },
  };
}

function contentSection(
  plan: Plan,
  { contentChunks }: Sums,
): LargeFileResult['large-file']['content_chunks'] {
  const { n, distinct, repeatedBytes } = contentChunks;
  return {
    method:
      'FastCDC, 32-bit gear hash of the high bits, normalisation 2; gear: first 4 bytes of the sha256 of each byte',
    ...plan.content_chunks,
    ...{ n, n_distinct: distinct, repeated_bytes: repeatedBytes },
    mean_bytes: n > 0 ? Math.round(plan.bytes / n) : null,
    artefact: artefacts.contentChunks,
  };
}

function entropySection(plan: Plan, { entropy, chain }: Sums): LargeFileResult['large-file']['entropy'] {
  const { n, sum, min, max, high } = entropy;
  const known = <T>(value: T): T | null => (n > 0 ? value : null);
  return {
    unit: 'bits per byte',
    ...{ window_bytes: plan.window_bytes, n_windows: n, min: known(min), max: known(max) },
    ...{ mean: known(rounded(sum / n)), whole: known(rounded(bitsPerByte(chain.histogram, plan.bytes))) },
    ...{ share_high: known(rounded(high / n)), high_threshold: HIGH_ENTROPY, artefact: artefacts.entropy },
  };
}

function bitsPerByte(histogram: readonly number[], bytes: number): number {
  const parts = histogram.filter((times) => times > 0).map((times) => times / bytes);
  return parts.reduce((bits, part) => bits - part * Math.log2(part), 0);
}

function byteSection(histogram: readonly number[], bytes: number): LargeFileResult['large-file']['bytes'] {
  const share = (from: number, to: number) =>
    bytes > 0 ? rounded(histogram.slice(from, to).reduce((sum, times) => sum + times, 0) / bytes) : null;
  return {
    n_distinct: histogram.filter((times) => times > 0).length,
    most_frequent: bytes > 0 ? histogram.indexOf(Math.max(...histogram)) : null,
    ...{ p_zero: share(0, 1), p_printable_ascii: share(32, 127), artefact: artefacts.histogram },
  };
}

function textSection({ census, histogram }: Chain, bytes: number): LargeFileResult['large-file']['text'] {
  const text = textCensus(census, histogram, bytes);
  const { lf, cr, crlf, longest_line } = census;
  const none = { lines: null, lf: null, crlf: null, cr: null, newline: null, longest_line_bytes: null };
  if (!text.is_text) return { ...text, ...none };
  const counts = { lines: lineCount(census), lf: lf - crlf, crlf, cr: cr - crlf };
  return { ...text, ...counts, newline: newlineStyle(census), longest_line_bytes: longest_line };
}

function headlineOf(container: string, plan: Plan, text: LargeFileResult['large-file']['text']): string {
  const lines = text.lines === null ? '' : `, ${counted(text.lines, 'line')} of ${text.encoding}`;
  return `${container}, ${counted(plan.bytes, 'byte')} in ${counted(plan.chunks, 'chunk')}${lines}`;
}

function factsOf({ contentChunks, entropy, resumes }: Sums, { archive }: ContentFound): string[] {
  return [
    `${counted(contentChunks.n, 'content chunk')}, ${contentChunks.distinct} of them distinct`,
    ...(entropy.n > 0 ? [`entropy ${rounded(entropy.sum / entropy.n)} bits per byte on average`] : []),
    ...(archive?.listed ? [`${counted(archive.n_entries, 'entry', 'entries')} in the archive`] : []),
    ...(resumes.length > 0 ? [`went on ${counted(resumes.length, 'time')} after an interruption`] : []),
  ];
}

function alertsOf(sums: Sums, found: ContentFound, { declaredType, bytes }: ResourceSection): Alert[] {
  const told = quarantineReasons(found, declaredType, bytes).map((reason): Alert => {
    return { ...reason, severity: 'warning', where: null };
  });
  const zero = bytes > 0 ? (sums.chain.histogram[0] ?? 0) / bytes : 0;
  const info = (code: string, message: string, value: number, threshold: number): Alert => {
    return { code, severity: 'info', message, where: null, value, threshold };
  };
  if (zero > 0.5)
    told.push(
      info(
        'MOSTLY_ZERO',
        'More than half of the bytes are zero: a sparse or blank file.',
        rounded(zero),
        0.5,
      ),
    );
  const random = sums.entropy.n > 0 && sums.entropy.min > HIGH_ENTROPY && found.type.container === 'unknown';
  if (random)
    told.push(
      info(
        'LOOKS_ENCRYPTED',
        'The bytes are of no known format and look random: encrypted, or compressed.',
        sums.entropy.min,
        HIGH_ENTROPY,
      ),
    );
  return told;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
