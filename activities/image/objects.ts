/** Looks for things in the picture. Without a model for it the step is skipped, with the reason. */
import type { ObjectsInput, ObjectsValue } from '../../kinds/image/flow.ts';
import type { ObjectsSection } from '../../kinds/inference/result-parts.ts';
import { type DetectedObject, detectObjects } from '../inference/objects.ts';
import { objectsSection } from '../inference/sections.ts';
import type { StepContext, StepImplementation, StepOutput } from '../step-context.ts';
import { NOT_DECODABLE, shownImage, unreadableBecause } from './shown.ts';

export const objects: StepImplementation<ObjectsInput, ObjectsValue> = async (context, input) => {
  const document = await look(context, await context.output(input.measure));
  const value: ObjectsValue =
    document.status === 'ok'
      ? { objects: document.object_count, skipped: null }
      : { objects: 0, skipped: document.reason };
  return { value, document, remember: document.status === 'ok' };
};

async function look(context: StepContext, measured: StepOutput): Promise<ObjectsSection> {
  const shown = shownImage(context, measured);
  if (!shown) return NOT_DECODABLE;
  const { id, path, scale } = shown;
  const found = await detectObjects(context, [{ id, path }]);
  if (found.status === 'skipped') return found;
  const [seen] = found.images;
  if (!seen || seen.unreadable) return unreadableBecause(seen?.unreadable);
  const placed = seen.objects.map((one) => ({ ...one, box_px: scaled(one.box_px, scale) }));
  return objectsSection(context, found, placed);
}

function scaled(
  [left, top, width, height]: DetectedObject['box_px'],
  scale: number,
): DetectedObject['box_px'] {
  const whole = (value: number): number => Math.round(value * scale);
  return [whole(left), whole(top), whole(width), whole(height)];
}
