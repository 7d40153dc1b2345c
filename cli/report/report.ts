import { join } from 'node:path';
import type { AnalysisResult, Answer, KindEntry, Onceflow, RunView } from '../../client/index.ts';
import type { Output } from '../session.ts';
import { duration, plain, size } from '../text.ts';
import { imageSection } from './image.ts';
import { audioSection } from './audio.ts';
import { largeFileSection } from './large-file.ts';
import { profilingSection } from './profiling.ts';
import { textSection } from './text.ts';
import { uploadSection } from './upload.ts';
import { videoSection } from './video.ts';

type Result = Pick<AnalysisResult, 'generation' | 'stale' | 'document' | 'artefacts'>;

export interface Report {
  readonly item: { readonly name: string } | null;
  readonly answer: Answer | null;
  readonly run: RunView;
  readonly result: Result | null;
  /** Where artefacts lie, as the reader would write it. */
  readonly dataDirectory: string;
  readonly output: Output;
  /** Of a kind from outside. */
  readonly section?: KindEntry['report'];
}

/** What every kind's result begins with. */
interface Envelope {
  readonly status?: string;
  readonly summary?: { readonly headline?: string; readonly facts?: readonly unknown[] };
  readonly alerts?: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
  }[];
}

/** Kinds without a section of their own are shown by headline, facts and alerts. */
const sections: Readonly<Record<string, (document: never) => string>> = {
  video: videoSection,
  image: imageSection,
  audio: audioSection,
  profiling: profilingSection,
  text: textSection,
  upload: uploadSection,
  'large-file': largeFileSection,
};

/** How a kind from outside tells its result, if it says so. */
export function sectionOf(client: Pick<Onceflow, 'kinds'>, kind: string): Pick<Report, 'section'> {
  const report = client.kinds.find(({ definition }) => definition.kind === kind)?.report;
  return report === undefined ? {} : { section: report };
}

/** One analysis, told so that one likes to read it; nothing is printed with `--json`. */
export function printReport(report: Report): void {
  report.output.text(reportText(report));
}

function reportText(report: Report): string {
  const { item, answer, run, result } = report;
  const title = item ? plain(item.name, 100) : run.resourceId;
  const lines = ['', `━━ ${title} ━━ ${run.kind}`];
  if (answer?.outcome === 'running') lines.push(`joined generation ${answer.generation}, which ran already`);
  if (answer?.outcome === 'completed') lines.push(`completed: ${answer.why}`);
  const stale = answer?.stale ?? result?.stale ?? [];
  if (stale.length > 0) lines.push(`stale: ${stale.join('; ')}`);
  if (!result) return [...lines, ...withoutResult(run)].join('\n');
  const document = result.document as Envelope;
  if (document.summary?.headline) lines.push(plain(document.summary.headline, 160));
  if (document.status === 'partial') lines.push('partial: something was skipped, lost or damaged; see below');
  const section = sections[run.kind] ?? report.section;
  if (section) lines.push(section(result.document as never));
  return [...lines, ...alertLines(document), ...footLines(report, result)].join('\n');
}

function withoutResult(run: RunView): readonly string[] {
  if (!run.failure) return [`${run.state}${run.why ? `: ${run.why}` : ''}`];
  const { code, message, hint } = run.failure;
  return [`failed: ${code}: ${plain(message, 500)}`, `        ${plain(hint, 500)}`];
}

const marks: Readonly<Record<string, string>> = { error: '✖', warning: '▲', info: '·' };

function rank(severity: string): number {
  const place = Object.keys(marks).indexOf(severity);
  return place < 0 ? Object.keys(marks).length : place;
}

function alertLines(document: Envelope): readonly string[] {
  // Warnings first: of a wide table, the list is cut.
  const alerts = (document.alerts ?? []).toSorted((a, b) => rank(a.severity) - rank(b.severity));
  if (alerts.length === 0) return [];
  const shown = alerts.slice(0, 20).map((alert) => {
    return `  ${marks[alert.severity] ?? '·'} ${alert.code.padEnd(20)} ${plain(alert.message, 110)}`;
  });
  const more = alerts.length > 20 ? [`  … and ${alerts.length - 20} more`] : [];
  return ['', 'Alerts', ...shown, ...more];
}

function footLines({ run, dataDirectory }: Report, result: Result): readonly string[] {
  const took =
    run.startedAt && run.endedAt ? `, ${duration(run.endedAt.getTime() - run.startedAt.getTime())}` : '';
  const bytes = result.artefacts.reduce((sum, artefact) => sum + artefact.bytes, 0);
  const first = result.artefacts[0];
  const where = first ? first.path.split('/').slice(0, 3).join('/') : '';
  return [
    '',
    `generation ${result.generation}${took}; full result: onceflow result ${run.workflowId} --json`,
    ...(first
      ? [
          `${result.artefacts.length} artefacts, ${size(bytes)}, in ${join(dataDirectory, 'artefacts', where)}`,
        ]
      : []),
  ];
}
