/**
 * The yardstick of images: the library calls of an analysis in one process, without sandbox, ledger and engine. The
 * models are loaded once, as a worker loads them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { THUMBNAIL_SIDES } from '../activities/image/documents.ts';
import { createRunMeter } from '../activities/inference/batches.ts';
import { openModelRegistry } from '../activities/inference/registry.ts';
import { type StoredPixels, storedPixels } from '../activities/inference/stored-pixels.ts';
import { linesOf, type TextModels } from '../activities/inference/text-lines.ts';
import { sizesToRead } from '../activities/inference/text.ts';
import { alphabetOf } from '../kinds/inference/text-lines.ts';
import { TEXT_DETECTOR, TEXT_RECOGNISER } from '../kinds/models/catalogue.ts';
import { IMAGE_LIMITS } from '../media/image/job.ts';
import { measureImage } from '../media/image/measure-image.ts';
import { decodeImage } from '../media/inference/decode-image.ts';
import type { EngineUse } from '../media/inference/engine.ts';
import type { Tensor } from '../media/inference/protocol.ts';
import type { RequestName, Requests } from '../media/inference/requests.ts';
import { openRuntime, type Runtime } from '../media/inference/runtime.ts';
import { findText } from '../media/inference/text/find.ts';
import { readLines } from '../media/inference/text/read.ts';
import type { Spent } from './processor-time.ts';

export type ReadLines = (path: string) => Promise<number>;

/** `read` is left out where no text is wanted. */
export async function loopOver(
  files: readonly string[],
  scratch: string,
  read: ReadLines | null,
): Promise<Spent> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const thumbnails = THUMBNAIL_SIDES.map((side_px) => ({ side_px, path: join(scratch, `${side_px}`) }));
  for (const inputPath of files) {
    await measureImage({ inputPath, limits: IMAGE_LIMITS, thumbnails }, () => {});
    await read?.(inputPath);
  }
  const { user, system } = process.cpuUsage(cpu);
  return { wallS: (performance.now() - began) / 1000, processorS: (user + system) / 1e6 };
}

/** Reads the lines of one picture and answers how many there are. */
export async function openReader(modelsDirectory: string): Promise<ReadLines> {
  const registry = openModelRegistry(modelsDirectory);
  const [detector, recogniser] = [await registry.find(TEXT_DETECTOR), await registry.find(TEXT_RECOGNISER)];
  if (!detector || !recogniser) throw new Error('the models that read text are not installed');
  const use = inThisProcess(await openRuntime('cpu'));
  const alphabet = alphabetOf(readFileSync(recogniser.vocabularyPath as string, 'utf8'));
  return async (path) => {
    const pixels: StoredPixels[] = [];
    const size = await decodeImage(path, sizesToRead(), IMAGE_LIMITS.pixels, (_, { data, ...of }) => {
      pixels.push(storedPixels(of, (from, length) => data.subarray(from, from + length)));
    });
    if (!size.ok) throw new Error(`${path} could not be decoded`);
    const models: TextModels = {
      detector: { path: detector.modelPath },
      recogniser: { path: recogniser.modelPath },
      alphabet,
      meter: createRunMeter(),
      onPart: () => {},
    };
    return (await linesOf(use, { id: path, ...size, pixels }, models)).length;
  };
}

/** Answers what reading asks of the inference child. */
function inThisProcess(runtime: Runtime): EngineUse {
  const answer = async (
    name: RequestName,
    ask: Requests['readLines']['ask'],
    pixels: readonly Tensor[],
  ): Promise<object> => {
    const model = await runtime.model(ask.model);
    const done =
      name === 'findText'
        ? { found: await findText(model, pixels[0] as Tensor) }
        : { lines: await readLines(model, pixels, ask) };
    return { ...done, ran: runtime.spent() };
  };
  return { ask: answer } as unknown as EngineUse;
}
