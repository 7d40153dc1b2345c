/** Runs the steps of an image analysis with the real sandbox, but without ledger and engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageSteps } from '../../../activities/image/steps.ts';
import type { ImageParams } from '../../../kinds/image/params.ts';
import { imageResultSchema, type ImageResult } from '../../../kinds/image/result.ts';
import type { ChildExit } from '../../../media/child.ts';
import { openSteps } from '../../support/steps.ts';

export interface Analysed {
  readonly result: ImageResult;
  readonly codes: readonly string[];
  readonly children: readonly ChildExit[];
  /** Absolute path of an artefact of the measuring step; gone after the test file. */
  readonly artefact: (name: string) => string;
}

const directories: string[] = [];

export function removeDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** The text is read only where the params ask for it. Throws what a step throws. */
export async function analyseImage(
  file: string,
  params: ImageParams = { ocr: 'off' },
  options: { readonly modelsDirectory?: string } = {},
): Promise<Analysed> {
  const directory = mkdtempSync(join(tmpdir(), 'onceflow-image-'));
  directories.push(directory);
  const steps = await openSteps(imageSteps, file, directory, options);
  try {
    const { fence: measure } = await steps.run('image.measure', 'one', {});
    const read = { measure, minConfidence: 0.5 };
    const ocr = params.ocr === 'off' ? null : (await steps.run('image.ocr', 'one', read)).fence;
    const objects =
      params.objects === 'on' ? await steps.run('image.objects', 'one', { measure }) : undefined;
    const joined = await steps.run('image.result', 'one', {
      ...{ measure, ocr, params },
      ...(objects && { objects: objects.fence }),
    });
    const result = imageResultSchema.parse(JSON.parse(JSON.stringify(steps.document(joined.fence))));
    const { children, artefact } = steps.done();
    return {
      result,
      codes: result.alerts.map(({ code }) => code),
      children: children.map(({ exit }) => exit),
      artefact: (name) => artefact('image.measure', name),
    };
  } finally {
    await steps.close();
  }
}
