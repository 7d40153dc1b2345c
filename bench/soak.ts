/**
 * Thousands of light analyses and some heavy ones (a whole video each) through one set of workers: what each process
 * holds at the end against what it held after the first tenth; and what is left over when all is done: files of
 * attempts, open rows, and, after the stop, processes.
 */
import { existsSync, readdirSync, readFileSync, copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startedHere } from '../test/support/processes.ts';
import { launch } from '../test/support/product.ts';
import { atMost, median, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchStack, eventually, startBench } from './stack.ts';

const LIGHT = 3_000;
const HEAVY = 50;
const GOAL = 1.1;
const LIGHT_IN_FLIGHT = 16;
const HEAVY_IN_FLIGHT = 2;
/** Memory moves with what is under way: each figure is the median of this many samples, one each second. */
const SAMPLES = 5;

type Resident = Readonly<Record<string, number>>;

export async function measureSoak({
  log,
  light = LIGHT,
  heavy = HEAVY,
}: BenchOptions): Promise<readonly Measured[]> {
  const queues = ['control', 'cpu', 'io', 'gpu'] as const;
  const bench = await startBench(queues.map((queue) => ({ queue })));
  let left: Readonly<Record<string, number>> = {};
  let early: Resident = {};
  let late: Resident = {};
  try {
    const first = { light: Math.ceil(light / 10), heavy: Math.ceil(heavy / 10) };
    await analyse(bench, { from: 0, to: first.light }, { from: 0, to: first.heavy });
    early = await residentMb(bench);
    log(`after ${first.light} light and ${first.heavy} heavy: ${told(early)}`);
    await analyse(bench, { from: first.light, to: light }, { from: first.heavy, to: heavy });
    late = await residentMb(bench);
    log(`after ${light} light and ${heavy} heavy: ${told(late)}`);
    left = { files_left: filesLeft(bench), rows_left: await rowsLeft(bench) };
  } finally {
    await bench.stop();
  }
  left = {
    ...left,
    processes_left: startedHere(`ONCEFLOW_DATA_DIRECTORY=${bench.stack.dataDirectory}`).length,
  };
  return [
    ...Object.keys(late).map((name) => growth(name, early, late)),
    {
      name: 'left over',
      ratio: Object.values(left).reduce((a, b) => a + b, 0),
      goal: 0,
      parts: { ...left, light, heavy },
    },
  ];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

async function analyse(bench: BenchStack, light: Span, heavy: Span): Promise<void> {
  const { client } = bench;
  const source = bench.file('nothing.txt');
  const film = join(bench.home, 'files', basename(launch));
  copyFileSync(launch, film);
  const submit = async (kind: string, id: string, of: string): Promise<unknown> =>
    client.result(await client.submit(kind, id, { source: of }));
  await Promise.all([
    atMost(LIGHT_IN_FLIGHT, numbers(light), (each) => submit('light', `s${each}`, source)),
    atMost(HEAVY_IN_FLIGHT, numbers(heavy), (each) => submit('video', `h${each}`, film)),
  ]);
}

function numbers({ from, to }: Span): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function growth(name: string, early: Resident, late: Resident): Measured {
  const [before, after] = [early[name] ?? Number.NaN, late[name] ?? Number.NaN];
  return {
    name: `resident memory of ${name}`,
    ratio: rounded(after / before),
    goal: GOAL,
    parts: { after_a_tenth_mb: before, at_the_end_mb: after },
  };
}

/** Workers by name; a worker that died and was started anew would be another process, and is refused as a figure. */
async function residentMb(bench: BenchStack): Promise<Resident> {
  const samples: Resident[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    samples.push(
      Object.fromEntries(Object.entries(bench.pids()).map(([name, pid]) => [name, residentOf(pid)])),
    );
  }
  const names = Object.keys(samples[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, rounded(median(samples.map((one) => one[name] ?? Number.NaN)), 1)]),
  );
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Directories of attempts: each belongs to one that is alive. */
function filesLeft({ stack }: BenchStack): number {
  const attempts = join(stack.dataDirectory, 'attempts');
  return existsSync(attempts) ? readdirSync(attempts).length : 0;
}

async function rowsLeft(bench: BenchStack): Promise<number> {
  const count = async (): Promise<number> => {
    const [row] = await bench.sql<{ open: number }>(
      `select ((select count(*) from onceflow.runs where state in ('pending', 'running'))
         + (select count(*) from onceflow.dispatch) + (select count(*) from onceflow.follow_ups)
         + (select count(*) from onceflow.step_attempts where state = 'running'))::int as open`,
    );
    return row?.open ?? 0;
  };
  // The last answer is a moment older than the end of its run.
  await eventually('no open row', async () => (await count()) === 0, 10_000).catch(() => undefined);
  return count();
}

function told(resident: Resident): string {
  return Object.entries(resident)
    .map(([name, mb]) => `${name} ${mb} MB`)
    .join(', ');
}
