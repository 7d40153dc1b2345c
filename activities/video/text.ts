/** What stands on the screen: the keyframes are read in batches, lines that stay are joined to spans. */
import { writeFile } from 'node:fs/promises';
import type { TextInput, TextValue } from '../../kinds/video/flow.ts';
import { rounded } from '../../kinds/video/frames.ts';
import { textSpans } from '../../kinds/video/text-spans.ts';
import { readText, type TextFound } from '../inference/text.ts';
import type { StepContext, StepImplementation, StepOutput } from '../step-context.ts';
import { ARTEFACTS, type KeyframeDocument, type TextDocument } from './documents.ts';
import { keyframeFiles, NO_KEYFRAMES } from './keyframe-files.ts';

/** Keyframes that are read before progress is told. */
const BATCH = 16;

export const text: StepImplementation<TextInput, TextValue> = async (context, input) => {
  const images = await context.output(input.keyframes);
  const document = await readKeyframes(context, images);
  const found = document.status === 'ok' ? document : { keyframes: [], spans: [] };
  const path = context.artefact(ARTEFACTS.text.name, ARTEFACTS.text.mediaType);
  await writeFile(path, JSON.stringify({ spans: found.spans, keyframes: found.keyframes }));
  const value = { status: document.status, spans: found.spans.length };
  return { value, document, remember: document.status === 'ok' };
};

async function readKeyframes(context: StepContext, images: StepOutput): Promise<TextDocument> {
  const keyframes = keyframeFiles(images);
  const batches: TextFound[] = [];
  for (let from = 0; from < keyframes.length; from += BATCH) {
    const batch = keyframes.slice(from, from + BATCH).map(({ uri, path }) => ({ id: uri, path }));
    const outcome = await readText(context, batch);
    if (outcome.status === 'skipped') return outcome;
    batches.push(outcome);
    context.progress({ done: from + batch.length, total: keyframes.length, unit: 'images' });
  }
  const [first, ...others] = batches;
  return first ? joined(keyframes, [first, ...others]) : NO_KEYFRAMES;
}

function joined(
  keyframes: readonly KeyframeDocument[],
  batches: readonly [TextFound, ...TextFound[]],
): TextDocument {
  const read = new Map(batches.flatMap(({ images }) => images.map((image) => [image.id, image] as const)));
  const lines = keyframes.map(({ shot, t_s, uri }) => {
    const image = read.get(uri);
    return { shot, t_s, lines: image?.lines ?? [], unreadable: image?.unreadable ?? null };
  });
  const models = batches.flatMap(({ detector, model }) => [detector, model]);
  return {
    status: 'ok',
    keyframes: lines,
    spans: textSpans(lines),
    params: batches[0].params,
    models: [...new Map(models.map((model) => [model.sha256, model])).values()],
    providers: [...new Set(batches.map(({ provider }) => provider))],
    provider_note: batches.find(({ provider_note }) => provider_note !== null)?.provider_note ?? null,
    inference_s: rounded(
      batches.reduce((sum, { inference_s }) => sum + inference_s, 0),
      3,
    ),
    batch: {
      size: Math.max(...batches.map(({ batch }) => batch.size)),
      halvings: batches.reduce((sum, { batch }) => sum + batch.halvings, 0),
    },
  };
}
