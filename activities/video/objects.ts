/** Looks for things on the keyframes. Without a model for it the step is skipped, with the reason. */
import type { ObjectsInput, ObjectsValue } from '../../kinds/video/flow.ts';
import type { KeyframeObjectsSection } from '../../kinds/inference/result-parts.ts';
import { detectObjects } from '../inference/objects.ts';
import { keyframeObjectsSection } from '../inference/sections.ts';
import type { StepContext, StepImplementation, StepOutput } from '../step-context.ts';
import { NO_KEYFRAMES, keyframeFiles } from './keyframe-files.ts';

export const objects: StepImplementation<ObjectsInput, ObjectsValue> = async (context, input) => {
  const document = await look(context, await context.output(input.keyframes));
  const found = document.status === 'ok' ? document.object_count : 0;
  return { value: { status: document.status, objects: found }, document, remember: document.status === 'ok' };
};

async function look(context: StepContext, images: StepOutput): Promise<KeyframeObjectsSection> {
  const files = keyframeFiles(images);
  if (files.length === 0) return NO_KEYFRAMES;
  const found = await detectObjects(
    context,
    files.map(({ uri, path }) => ({ id: uri, path })),
  );
  if (found.status === 'skipped') return found;
  const seen = new Map(found.images.map(({ id, ...image }) => [id, image]));
  const keyframes = files.map(({ shot, t_s, uri }) => ({
    ...{ shot, t_s, uri },
    ...(seen.get(uri) ?? { objects: [], unreadable: 'IMAGE_UNDECODABLE' as const }),
  }));
  return keyframeObjectsSection(context, found, keyframes);
}
