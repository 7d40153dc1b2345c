import type { ChaosReport } from './run.ts';
import { type FaultKind, faultKinds } from './schedule.ts';

/** Faults by kind and window, and what came of it all. */
export function reportLines(report: ChaosReport): readonly string[] {
  const places = [...new Set(report.schedule.map((fault) => fault.where))].sort();
  const width = Math.max(...places.map((place) => place.length));
  const count = (kind: FaultKind, where: string) =>
    report.hits.filter(({ fault }) => fault.kind === kind && fault.where === where).length;
  const columns = faultKinds.map((kind, index) => `  ${String.fromCharCode(65 + index)} ${kind}`);
  const letters = faultKinds.map((_, index) => String.fromCharCode(65 + index).padStart(4)).join('');
  const rows = places.map((place) => {
    const cells = faultKinds.map((kind) => String(count(kind, place) || '.').padStart(4)).join('');
    return `${place.padEnd(width)} ${cells}`;
  });
  const { analysed, generations, refusedWrites, faults_s, rest_s } = report;
  return [
    'faults that hit, by window and kind:',
    ...columns,
    `${''.padEnd(width)} ${letters}`,
    ...rows,
    `${report.hits.length} faults of ${new Set(report.hits.map(({ fault }) => fault.kind)).size} kinds in ${faults_s.toFixed(0)} s; at rest after ${rest_s.toFixed(0)} s`,
    `${analysed} analyses (${(analysed / faults_s).toFixed(1)} per second), ${generations} generations, ${refusedWrites} writes refused`,
    ...report.missed.map((fault) => `MISSED: ${fault.kind}, ${fault.where}`),
    ...report.unexpected.map((line) => `ENDED: ${line}`),
    ...report.open.slice(0, 20).map((line) => `OPEN: ${line}`),
    ...report.violations
      .slice(0, 40)
      .map(({ rule, analysis, message }) => `VIOLATION: ${rule}: ${analysis}: ${message}`),
    `${report.violations.length} violations`,
  ];
}

/** 300 faults for 2,000 analyses, and as many in proportion. */
export function faultsWanted(analyses: number): number {
  return Math.ceil((analyses * 300) / 2_000);
}

export function isGood(report: ChaosReport, analyses: number): boolean {
  const enough = report.hits.length >= faultsWanted(analyses) && report.missed.length === 0;
  return (
    enough &&
    report.unexpected.length === 0 &&
    report.analysed >= analyses &&
    report.open.length === 0 &&
    report.violations.length === 0
  );
}
