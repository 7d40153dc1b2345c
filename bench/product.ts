/**
 * Whole video analysis as a user has it, from submit to the committed result on a running product, against ffmpeg
 * decoding the same file and nothing else.
 *
 * Taken in alternating pairs, since other work on the machine slows both alike; processor time of all processes of
 * the product is told beside wall clock, since it is what such work slows least.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findMediaTools } from '../media/ffmpeg-tools.ts';
import type { VideoParams } from '../kinds/video/params.ts';
import { type Product, startProduct, trailer } from '../test/support/product.ts';
import type { Measured } from './measured.ts';
import { followDescendants, reapedSeconds, type Spent } from './processor-time.ts';

type Log = (line: string) => void;

const ROUNDS = 5;
const GOAL = 2;

/** The trailer, and the trailer six times in a row, also without what was no part of a video when the goal was set. */
export async function measureProduct(log: Log): Promise<readonly Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-product-'));
  const product = await startProduct();
  try {
    const ffmpeg = (await findMediaTools()).ffmpeg.path;
    const six = join(directory, 'six-trailers.mp4');
    repeat(ffmpeg, trailer, 6, six);
    // The first analysis finds caches cold that every later one finds warm.
    await analyse({ product }, product.place(trailer, 'warm.mp4'), 'warm');
    return [
      await measureFile('Sintel trailer', product.place(trailer), { product, ffmpeg, log }),
      await measureFile('Sintel trailer six times', product.place(six), { product, ffmpeg, log }),
      await measureFile('six times, speech and text off', product.place(six, 'plain.mp4'), {
        ...{ product, ffmpeg, log },
        params: { speech: 'off', text: 'off' },
      }),
    ];
  } finally {
    await product.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Bench {
  readonly product: Product;
  readonly ffmpeg: string;
  readonly log: Log;
  readonly params?: VideoParams;
}

async function measureFile(name: string, path: string, bench: Bench): Promise<Measured> {
  const { product, ffmpeg, log } = bench;
  const [decoded, analysed]: [Spent[], Spent[]] = [[], []];
  const steps: Record<string, number>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    decoded.push(spentDecoding(ffmpeg, path));
    const id = `${basename(path, '.mp4')}-${round}`;
    analysed.push(await spentAnalysing(bench, path, id));
    steps.push(await stepSeconds(product, id));
    const [ours, theirs] = [analysed.at(-1) as Spent, decoded.at(-1) as Spent];
    log(
      `${name}: decoding ${seconds(theirs)}, analysis ${seconds(ours)}, ratio ${(ours.wallS / theirs.wallS).toFixed(2)}`,
    );
  }
  const of = (all: readonly Spent[], what: keyof Spent): number => median(all.map((one) => one[what]));
  const ratios = analysed.map((one, round) => one.wallS / (decoded[round] as Spent).wallS);
  return {
    name,
    ratio: median(ratios),
    goal: GOAL,
    parts: {
      analysis_s: of(analysed, 'wallS'),
      decode_only_s: of(decoded, 'wallS'),
      analysis_processor_s: of(analysed, 'processorS'),
      decode_only_processor_s: of(decoded, 'processorS'),
      ...medians(steps),
    },
  };
}

async function analyse(
  { product, params = {} }: Pick<Bench, 'product' | 'params'>,
  source: string,
  id: string,
): Promise<void> {
  await product.client.result(await product.client.submit('video', id, { source, params }));
}

/** From the submit on: when each step was under way, and the time in which none was. */
async function stepSeconds(product: Product, id: string): Promise<Record<string, number>> {
  const run = (await product.client.get({ kind: 'video', resourceId: id }))?.run;
  const steps = await product.client.steps({ kind: 'video', resourceId: id });
  if (!run) throw new RangeError(`${id} was never submitted`);
  const spans = steps
    .map(({ step, startedAt, endedAt }) => ({ step, from: startedAt.getTime(), to: endedAt?.getTime() ?? 0 }))
    .sort((a, b) => a.from - b.from);
  const began = run.createdAt.getTime();
  const ended = run.endedAt?.getTime() ?? began;
  const parts: Record<string, number> = {};
  let [idle, until] = [0, began];
  for (const { step, from, to } of spans) {
    idle += Math.max(0, from - until);
    until = Math.max(until, to);
    parts[`${step}_s`] = (parts[`${step}_s`] ?? 0) + (to - from) / 1000;
  }
  return { ...parts, between_steps_s: (idle + Math.max(0, ended - until)) / 1000 };
}

function decodeOnly(ffmpeg: string, path: string): void {
  execFileSync(ffmpeg, ['-v', 'error', '-nostdin', '-i', path, '-f', 'null', '-'], { stdio: 'ignore' });
}

/** The film so many times in a row, as one file. */
export function repeat(ffmpeg: string, path: string, times: number, to: string): void {
  const list = `${to}.txt`;
  writeFileSync(list, `file '${path}'\n`.repeat(times));
  const copy = ['-f', 'concat', '-safe', '0', '-i', list, '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', to];
  execFileSync(ffmpeg, ['-v', 'error', '-nostdin', ...copy], { stdio: 'ignore' });
}

function spentDecoding(ffmpeg: string, path: string): Spent {
  const [began, processor] = [performance.now(), reapedSeconds()];
  decodeOnly(ffmpeg, path);
  return { wallS: (performance.now() - began) / 1000, processorS: reapedSeconds() - processor };
}

async function spentAnalysing(bench: Bench, path: string, id: string): Promise<Spent> {
  const [began, processor] = [performance.now(), followDescendants()];
  await analyse(bench, path, id);
  return { wallS: (performance.now() - began) / 1000, processorS: processor.stop() };
}

function seconds({ wallS, processorS }: Spent): string {
  return `${wallS.toFixed(2)} s (processor ${processorS.toFixed(2)} s)`;
}

function medians(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = new Set(all.flatMap((one) => Object.keys(one)));
  return Object.fromEntries([...names].map((name) => [name, median(all.map((one) => one[name] ?? 0))]));
}

function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  return Math.round(middle * 1000) / 1000;
}
