/**
 * Photos of 2 megapixels, all submitted at once, against a plain loop that does the same to the same files by the same
 * library calls in one process, without sandbox, ledger and engine; without their text, and with it. Images per second
 * of the one over the other.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SubmitItem } from '../client/index.ts';
import { type Product, startProduct } from '../test/support/product.ts';
import { atMost, median, rounded } from './figures.ts';
import { loopOver, openReader, type ReadLines } from './image-loop.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { makePhoto } from './photos.ts';
import { followDescendants } from './processor-time.ts';

const PHOTOS = 1_000;
const GOAL = 0.8;
const WAITERS = 100;
/** Photos that are analysed once more to count processor time: the counting takes a seventh of the machine. */
const COUNTED = 60;

interface Part {
  readonly name: string;
  readonly ocr: 'off' | 'on';
  readonly read: ReadLines | null;
}

export async function measureImages({
  log,
  analyses = PHOTOS,
}: Pick<BenchOptions, 'log' | 'analyses'>): Promise<readonly Measured[]> {
  const product = await startProduct();
  const scratch = mkdtempSync(join(tmpdir(), 'bench-images-'));
  try {
    const files = await makePhotos(product, analyses, log);
    const read = await openReader(join(product.embedded.dataDirectory, 'models'));
    const parts: readonly Part[] = [
      { name: 'without their text', ocr: 'off', read: null },
      { name: 'with their text', ocr: 'on', read },
    ];
    const measured: Measured[] = [];
    for (const part of parts) measured.push(await measurePart(product, part, { files, scratch, log }));
    return measured;
  } finally {
    await product.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Places extends Pick<BenchOptions, 'log'> {
  readonly files: readonly string[];
  readonly scratch: string;
}

async function measurePart(
  product: Product,
  { name, ocr, read }: Part,
  { files, scratch, log }: Places,
): Promise<Measured> {
  // The first analyses find caches cold that every later one finds warm.
  await analyseAll(product, files.slice(0, 4), ocr, 'warm');
  await loopOver(files.slice(0, 4), scratch, read);
  const half = Math.ceil(files.length / 2);
  const counted = files.slice(0, COUNTED);
  // Before and after, since other work on the machine slows both alike.
  const before = await loopOver(files.slice(0, half), scratch, read);
  log(`loop ${name}: ${rate(half, before.wallS)}`);
  const oursS = await analyseAll(product, files, ocr, 'photo');
  log(`onceflow ${name}: ${rate(files.length, oursS)}`);
  const after = await loopOver(files.slice(half), scratch, read);
  log(`loop ${name}: ${rate(files.length - half, after.wallS)}`);
  const processor = followDescendants();
  await analyseAll(product, counted, ocr, 'counted');
  const oursProcessorMs = (processor.stop() / counted.length) * 1000;
  const loopS = before.wallS + after.wallS;
  const loopProcessorS = before.processorS + after.processorS;
  return {
    name: `${files.length} photos of 2 megapixels at once, ${name}`,
    ratio: loopS / oursS,
    goal: GOAL,
    better: 'more',
    parts: {
      onceflow_per_s: rounded(files.length / oursS, 2),
      loop_per_s: rounded(files.length / loopS, 2),
      loop_ms_each: rounded((loopS / files.length) * 1000, 0),
      onceflow_processor_ms_each: rounded(oursProcessorMs, 0),
      loop_processor_ms_each: rounded((loopProcessorS / files.length) * 1000, 0),
      ...(await stepTimes(product, Math.min(files.length, 100), ocr)),
    },
  };
}

async function makePhotos(
  product: Product,
  count: number,
  log: (line: string) => void,
): Promise<readonly string[]> {
  const folder = join(product.files, 'photos');
  mkdirSync(folder);
  const files = Array.from({ length: count }, (_, index) => join(folder, `photo-${index}.jpg`));
  let made = 0;
  await atMost(4, files, async (file) => {
    await makePhoto(file, files.indexOf(file));
    made += 1;
    if (made % 100 === 0) log(`${made} photos made`);
  });
  return files;
}

const idOf = (name: string, ocr: Part['ocr'], index: number): string => `${name}-${ocr}-${index}`;

/** Answers seconds. */
async function analyseAll(
  product: Product,
  files: readonly string[],
  ocr: Part['ocr'],
  name: string,
): Promise<number> {
  const items: SubmitItem<'image'>[] = files.map((source, index) => {
    return { kind: 'image', resourceId: idOf(name, ocr, index), source, params: { ocr } };
  });
  const began = performance.now();
  const answers = await product.client.submitMany(items);
  await atMost(WAITERS, answers, async (answer) => {
    if (answer.outcome === 'refused') throw answer.error;
    await product.client.result(answer);
  });
  return (performance.now() - began) / 1000;
}

/** Median time of each step, from the ledger's record of attempts. */
async function stepTimes(product: Product, count: number, ocr: Part['ocr']): Promise<Record<string, number>> {
  const times = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const steps = await product.client.steps({ kind: 'image', resourceId: idOf('photo', ocr, index) });
    for (const { step, startedAt, endedAt } of steps) {
      const ms = (endedAt?.getTime() ?? 0) - startedAt.getTime();
      times.set(step, [...(times.get(step) ?? []), ms]);
    }
  }
  return Object.fromEntries([...times].map(([step, ms]) => [`${step}_ms`, median(ms)]));
}

function rate(count: number, seconds: number): string {
  return `${(count / seconds).toFixed(2)} a second, ${((seconds / count) * 1000).toFixed(0)} ms each`;
}
