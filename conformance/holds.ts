/**
 * What the suite and its workers say to each other, by files: a hold asks the attempts of one step of one run to wait at
 * the beginning of their work; the record says which attempts worked, whatever the ledger says.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface WorkLine {
  /**
   * working: an implementation is about to be called. backwards: it reported less progress than before, or more than its
   * total. not-plain: it answered with NaN or Infinity somewhere.
   */
  readonly event: 'held' | 'working' | 'backwards' | 'not-plain';
  readonly workflowId: string;
  readonly step: string;
  readonly instance: string;
  readonly pid: number;
}

export type HoldName = Pick<WorkLine, 'workflowId' | 'step'>;

export interface Holds {
  readonly directory: string;
  place(name: HoldName, then?: 'go on' | 'fail'): void;
  lift(name: HoldName): void;
  isPlaced(name: HoldName): boolean;
  /** Whether whoever is held here is to fail. */
  fails(name: HoldName): boolean;
  pathOf(name: HoldName): string;
  record(line: WorkLine): void;
  lines(): readonly WorkLine[];
}

export function openHolds(directory: string): Holds {
  mkdirSync(join(directory, 'holds'), { recursive: true });
  const recordPath = join(directory, 'work.ndjson');
  const pathOf = ({ workflowId, step }: HoldName) =>
    join(directory, 'holds', `${workflowId.replace(':', '~')}@${step}`);
  return {
    directory: join(directory, 'holds'),
    pathOf,
    place: (name, then = 'go on') => writeFileSync(pathOf(name), then),
    lift: (name) => rmSync(pathOf(name), { force: true }),
    isPlaced: (name) => existsSync(pathOf(name)),
    fails: (name) => existsSync(pathOf(name)) && readFileSync(pathOf(name), 'utf8') === 'fail',
    record: (line) => appendFileSync(recordPath, `${JSON.stringify(line)}\n`),
    lines() {
      if (!existsSync(recordPath)) return [];
      // A worker that was killed may have left half a line.
      return readFileSync(recordPath, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as WorkLine);
    },
  };
}
