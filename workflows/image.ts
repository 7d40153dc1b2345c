import { image as definition } from '../kinds/image/definition.ts';
import type {
  MeasureValue,
  ObjectsInput,
  ObjectsValue,
  OcrInput,
  OcrValue,
  ResultInput,
  ResultValue,
} from '../kinds/image/flow.ts';
import { type ImageParams, imageSettings } from '../kinds/image/params.ts';
import { markOutput } from '../kinds/output-mark.ts';
import type { Outcome, RunInput, StepAnswer } from '../activities/contract.ts';
import { analyse } from './lifecycle.ts';
import type { Run } from './run.ts';

export function image(input?: RunInput): Promise<Outcome> {
  return analyse(definition, input, async (run) => {
    const params = run.params as ImageParams;
    run.phase('digest', 'reads the file once, to know its bytes again');
    await run.digest();

    run.phase('measure', 'reads headers and metadata, measures the pixels');
    const leavesFor = imageSettings(params).readsText ? 'image.ocr' : undefined;
    const measure = await run.step<MeasureValue>('image.measure', {}, 'one', { leavesFor });

    const ocr = await readText(run, measure, params);
    const objects = await findObjects(run, measure, params);

    run.phase('result', 'looks for near duplicates and judges');
    return run.step<ResultValue, ResultInput>('image.result', {
      measure: markOutput(measure),
      ocr: ocr && markOutput(ocr),
      ...(objects && { objects: markOutput(objects) }),
      params,
    });
  });
}

async function readText(
  run: Run,
  measure: StepAnswer<MeasureValue>,
  params: ImageParams,
): Promise<StepAnswer<OcrValue> | null> {
  const { readsText, ocrMinConfidence } = imageSettings(params);
  if (!readsText) return null;
  run.phase('ocr', 'reads the text that stands in the picture');
  return run.step<OcrValue, OcrInput>('image.ocr', {
    measure: markOutput(measure),
    minConfidence: ocrMinConfidence,
  });
}

async function findObjects(
  run: Run,
  measure: StepAnswer<MeasureValue>,
  params: ImageParams,
): Promise<StepAnswer<ObjectsValue> | null> {
  if (!imageSettings(params).findsObjects) return null;
  run.phase('objects', 'looks for things in the picture');
  return run.step<ObjectsValue, ObjectsInput>('image.objects', { measure: markOutput(measure) });
}
