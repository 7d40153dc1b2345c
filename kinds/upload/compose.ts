/** What is told of an upload, from what its steps found. Pure. */
import { counted } from '../counted.ts';
import { archiveAlerts } from '../content/alerts.ts';
import type { ContentFound } from '../content/found.ts';
import type { Alert, ResourceSection, StepRecord } from '../envelope.ts';
import { applicableKinds } from './applicable.ts';
import type { UploadParams } from './params.ts';
import type { Checksums, UploadResult } from './result.ts';
import { limits, quarantineReasons, type Reason } from './verdict.ts';

export interface UploadFacts {
  readonly resource: ResourceSection;
  readonly steps: readonly StepRecord[];
  readonly found: ContentFound;
  readonly checksums: Checksums;
  readonly params: UploadParams;
}

export function composeUpload({ resource, steps, found, checksums, params }: UploadFacts): UploadResult {
  const { type, extension: _extension, problems: _problems, ...told } = found;
  const reasons = quarantineReasons(found, resource.declaredType, resource.bytes);
  const verdict = reasons.length === 0 ? 'accept' : 'quarantine';
  const starts = params.autoAnalyze === true && verdict === 'accept';
  const facts = { type, bytes: resource.bytes, declared: resource.declaredType };
  const applies = applicableKinds(facts).map((one) => ({ ...one, starts }));
  const incomplete = found.archive !== null && found.archive.listed && !found.archive.complete;
  return {
    schema: 'analysis.upload/1',
    resource,
    status: incomplete ? 'partial' : 'complete',
    steps: [...steps],
    summary: { headline: headlineOf(type.container, verdict, reasons), facts: factsOf(found, applies) },
    alerts: [...reasons.map(alertOf), ...archiveAlerts(found)],
    coverage: {
      bytes: resource.bytes,
      of: resource.bytes,
      sampled: false,
      method: 'all bytes for checksums; head, tail and directory for the type',
    },
    upload: {
      checksums,
      ...told,
      verdict,
      reasons: [...reasons],
      rule: { exploding_ratio: limits.ratio, exploding_bytes: limits.explodingBytes },
      applies,
    },
  };
}

function headlineOf(container: string, verdict: string, reasons: readonly Reason[]): string {
  const codes = reasons.map(({ code }) => code).join(', ');
  return `${container}: ${verdict}${codes === '' ? '' : ` (${codes})`}`;
}

function factsOf({ archive, macros }: ContentFound, applies: readonly { readonly kind: string }[]): string[] {
  return [
    ...(archive?.listed
      ? [
          `${counted(archive.n_entries, 'entry', 'entries')}, ${counted(archive.unfolded_bytes, 'byte')} unfolded`,
        ]
      : []),
    ...(macros.length > 0
      ? [`macros in ${macros.length === 1 ? 'one part' : `${macros.length} parts`}`]
      : []),
    applies.length === 0
      ? 'no analysis applies'
      : `can be analysed as ${applies.map(({ kind }) => kind).join(', ')}`,
  ];
}

function alertOf({ code, message, value, threshold }: Reason): Alert {
  return { code, severity: 'warning', message, where: null, value, threshold };
}
