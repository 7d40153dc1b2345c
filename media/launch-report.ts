/** What the launching shell tells about its programs; see launch.ts for the lines. */
import { constants } from 'node:os';

export interface LaunchReport {
  readonly started: boolean;
  /** Exit status of each program as a shell counts it, null where the shell could not tell. */
  readonly statuses: readonly (number | null)[];
  readonly cpuMs: number | null;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const TIME = /(\d+)m([\d.]+)s/g;

export function parseReport(text: string, programs: number): LaunchReport {
  const statuses = new Map(
    [...text.matchAll(/^(\d+) (\d+)$/gm)].map((match) => [Number(match[1]), Number(match[2])]),
  );
  const times = [...text.matchAll(TIME)].map((match) => Number(match[1]) * 60 + Number(match[2]));
  return {
    started: /^s$/m.test(text),
    statuses: Array.from({ length: programs }, (_, index) => statuses.get(index) ?? null),
    cpuMs: times.length === 4 ? Math.round(times.reduce((sum, seconds) => sum + seconds, 0) * 1_000) : null,
  };
}

/** Of the first program that did not end with 0. One that the shell could not report was killed with the shell. */
export function endingOf(report: LaunchReport): Ending {
  const status = report.statuses.find((value) => value !== 0);
  if (status === undefined) return { code: 0, signal: null };
  if (status === null) return { code: null, signal: 'SIGKILL' };
  const signal = status > 128 ? signalName(status - 128) : null;
  return signal ? { code: null, signal } : { code: status, signal: null };
}

function signalName(number: number): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found ? (found[0] as NodeJS.Signals) : null;
}
