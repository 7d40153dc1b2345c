/**
 * Keeps what a benchmark gave: in docs/benchmarks.json, and from there in the table and the picture of
 * docs/benchmarks.md, so that no figure is copied by hand.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Measured } from './measured.ts';
import { pictureOf } from './picture.ts';
import { reachesGoal } from './measured.ts';

/** One benchmark's newest figures. */
export interface Recorded {
  readonly benchmark: string;
  readonly command: string;
  /** ISO 8601 day. */
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly measured: readonly Measured[];
}

const docs = (name: string): string => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
const [FROM, TO] = ['<!-- figures: written by --record -->', '<!-- end of figures -->'];

export function record(benchmark: string, args: readonly string[], measured: readonly Measured[]): void {
  const path = docs('benchmarks.json');
  const others = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly Recorded[]) : [];
  const own: Recorded = {
    benchmark,
    command: `npm run bench -- ${args.filter((word) => !/^--(json|record)$/.test(word)).join(' ')}`,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: machine(),
    measured,
  };
  const all = [...others.filter((one) => one.benchmark !== benchmark), own].sort((a, b) =>
    a.benchmark < b.benchmark ? -1 : 1,
  );
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
  const page = readFileSync(docs('benchmarks.md'), 'utf8');
  const [before, after] = [page.split(FROM)[0], page.split(TO)[1]];
  writeFileSync(docs('benchmarks.md'), `${before}${FROM}\n${tableOf(all)}\n${TO}${after}`);
  writeFileSync(docs('images/benchmarks.svg'), pictureOf(all));
}

function machine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'processor'}, ${gibibytes} GiB, Node ${process.versions.node}`;
}

function tableOf(all: readonly Recorded[]): string {
  const rows = all.flatMap(({ benchmark, command, date, commit, measured }) =>
    measured.map((one, index) => {
      const bound = `${one.better === 'more' ? '≥' : '≤'} ${one.goal}`;
      const verdict = reachesGoal(one) ? '' : ' **missed**';
      const what = index === 0 ? `\`${command}\` (${date}, ${commit})` : '″';
      return `| ${benchmark} | ${one.name} | ${one.ratio.toFixed(2)}${verdict} | ${bound} | ${partsOf(one)} | ${what} |`;
    }),
  );
  const machines = [...new Set(all.map((one) => one.machine))].join('; ');
  return [
    `Machine: ${machines}.`,
    '',
    '| benchmark | what | ratio | goal | made of | command |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function partsOf({ parts }: Measured): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name} ${value.toLocaleString('en-US', { maximumFractionDigits: 3 })}`)
    .join(', ');
}
