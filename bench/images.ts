/**
 * Photos of 2 megapixels, all submitted at once, against a plain loop that measures the same files by the same library
 * calls in one process, without sandbox, ledger and engine. Images per second of the one over the other.
 *
 * Text is not read in either: a model that a loop loads once would say more about models than about what is compared.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SubmitItem } from '../client/index.ts';
import { THUMBNAIL_SIDES } from '../activities/image/documents.ts';
import { IMAGE_LIMITS } from '../media/image/job.ts';
import { measureImage } from '../media/image/measure-image.ts';
import { type Product, startProduct } from '../test/support/product.ts';
import { atMost, median, rounded } from './figures.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { makePhoto } from './photos.ts';
import { followDescendants } from './processor-time.ts';

const PHOTOS = 1_000;
const GOAL = 0.8;
const WAITERS = 100;

interface Spent {
  readonly wallS: number;
  readonly processorS: number;
}

export async function measureImages({
  log,
  analyses = PHOTOS,
}: Pick<BenchOptions, 'log' | 'analyses'>): Promise<readonly Measured[]> {
  const product = await startProduct();
  const scratch = mkdtempSync(join(tmpdir(), 'bench-images-'));
  try {
    const files = await makePhotos(product, analyses, log);
    // The first analyses find caches cold that every later one finds warm.
    await analyseAll(product, files.slice(0, 4), 'warm');
    await loopOver(files.slice(0, 4), scratch);
    const half = Math.ceil(files.length / 2);
    // Before and after, since other work on the machine slows both alike.
    const before = await loopOver(files.slice(0, half), scratch);
    log(`loop: ${rate(half, before)}`);
    const ours = await analyseAll(product, files, 'photo');
    log(`onceflow: ${rate(files.length, ours)}`);
    const after = await loopOver(files.slice(half), scratch);
    log(`loop: ${rate(files.length - half, after)}`);
    const loop = { wallS: before.wallS + after.wallS, processorS: before.processorS + after.processorS };
    return [await verdict(product, files.length, ours, loop)];
  } finally {
    await product.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
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

async function loopOver(files: readonly string[], scratch: string): Promise<Spent> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const thumbnails = THUMBNAIL_SIDES.map((side_px) => ({ side_px, path: join(scratch, `${side_px}`) }));
  for (const inputPath of files) {
    await measureImage({ inputPath, limits: IMAGE_LIMITS, thumbnails }, () => {});
  }
  const { user, system } = process.cpuUsage(cpu);
  return { wallS: (performance.now() - began) / 1000, processorS: (user + system) / 1e6 };
}

async function analyseAll(product: Product, files: readonly string[], name: string): Promise<Spent> {
  const items: SubmitItem<'image'>[] = files.map((source, index) => {
    return { kind: 'image', resourceId: `${name}-${index}`, source, params: { ocr: 'off' } };
  });
  const processor = followDescendants();
  const began = performance.now();
  const answers = await product.client.submitMany(items);
  await atMost(WAITERS, answers, async (answer) => {
    if (answer.outcome === 'refused') throw answer.error;
    await product.client.result(answer);
  });
  return { wallS: (performance.now() - began) / 1000, processorS: processor.stop() };
}

async function verdict(product: Product, count: number, ours: Spent, loop: Spent): Promise<Measured> {
  const steps = await stepTimes(product, Math.min(count, 100));
  return {
    name: `${count} photos of 2 megapixels at once`,
    ratio: loop.wallS / ours.wallS,
    goal: GOAL,
    better: 'more',
    parts: {
      onceflow_per_s: rounded(count / ours.wallS, 2),
      loop_per_s: rounded(count / loop.wallS, 2),
      loop_ms_each: rounded((loop.wallS / count) * 1000, 0),
      onceflow_processor_ms_each: rounded((ours.processorS / count) * 1000, 0),
      loop_processor_ms_each: rounded((loop.processorS / count) * 1000, 0),
      ...steps,
    },
  };
}

/** Median time of each step, from the ledger's record of attempts. */
async function stepTimes(product: Product, count: number): Promise<Record<string, number>> {
  const times = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const steps = await product.client.steps({ kind: 'image', resourceId: `photo-${index}` });
    for (const { step, startedAt, endedAt } of steps) {
      const ms = (endedAt?.getTime() ?? 0) - startedAt.getTime();
      times.set(step, [...(times.get(step) ?? []), ms]);
    }
  }
  return Object.fromEntries([...times].map(([step, ms]) => [`${step}_ms`, median(ms)]));
}

function rate(count: number, { wallS, processorS }: Spent): string {
  const each = (seconds: number): string => `${((seconds / count) * 1000).toFixed(0)} ms`;
  return `${(count / wallS).toFixed(2)} a second, ${each(wallS)} each, processor ${each(processorS)} each`;
}
