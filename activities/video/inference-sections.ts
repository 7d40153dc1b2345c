/** The sections of the result that compare keyframes or ask a model. */
import { rounded } from '../../kinds/video/frames.ts';
import type { SpeechResult, TextResult, VideoResult } from '../../kinds/video/result.ts';
import { SCENE_WINDOW } from '../../kinds/video/scenes.ts';
import { MOST_DIFFERENT_SHARE } from '../../kinds/video/text-spans.ts';
import type { InferenceRun, ModelUse } from '../inference/outcome.ts';
import type { HowDone } from '../result-envelope.ts';
import { ARTEFACTS, type SpeechDocument, type TextDocument } from './documents.ts';
import { SAMPLE_RATE_HZ } from './loudest-channel.ts';

/** Longer lists stand in the artefact only. */
const INLINE_ITEMS = 300;

export function sceneDetector(minSimilarity: number): NonNullable<VideoResult['video']['scene_detector']> {
  return {
    name: 'overlapping links of shots with similar keyframes',
    params: {
      min_similarity: minSimilarity,
      ...SCENE_WINDOW,
      similarity:
        'intersection of HSV histograms: 8 greys, 12 hues x 3 saturations x 4 values, a pixel shared between neighbours in hue and value',
    },
  };
}

export function speechSection(speech: SpeechDocument): SpeechResult {
  if (speech.status === 'skipped') return skippedSection(speech);
  const { segments, covered_s } = speech;
  return {
    status: 'ok',
    segments: inline(segments),
    segment_count: segments.length,
    uri: ARTEFACTS.speech.name,
    speech_s: speech.speech_s,
    ratio: covered_s > 0 ? rounded(Math.min(1, speech.speech_s / covered_s), 4) : null,
    covered_s,
    detector: {
      name: speech.model.name,
      params: {
        ...speech.params,
        sample_rate_hz: SAMPLE_RATE_HZ,
        channels: 'of all the loudest sample',
      },
    },
    model: modelOf(speech.model),
    provider: { used: [speech.provider], reason: speech.provider_note },
    inference_s: rounded(speech.inference_s, 3),
    batch: batchOf(speech),
  };
}

export function textSection(text: TextDocument): TextResult {
  if (text.status === 'skipped') return skippedSection(text);
  const read = text.keyframes.filter(({ unreadable }) => unreadable === null);
  return {
    status: 'ok',
    spans: inline(
      text.spans.map((span) => ({ ...span, box_px: span.box_px.map(([x, y]): [number, number] => [x, y]) })),
    ),
    span_count: text.spans.length,
    uri: ARTEFACTS.text.name,
    keyframes_read: read.length,
    keyframes_unreadable: text.keyframes.length - read.length,
    keyframes_with_text: read.filter(({ lines }) => lines.length > 0).length,
    reader: {
      name: text.models.map(({ name }) => name).join(', '),
      params: {
        ...text.params,
        joined: 'equal text, or in the same place',
        most_different_share: MOST_DIFFERENT_SHARE,
      },
    },
    models: text.models.map(modelOf),
    provider: { used: [...text.providers], reason: text.provider_note },
    inference_s: text.inference_s,
    batch: batchOf(text),
  };
}

/** For the record of a step that gave nothing. */
export function skippedOf(
  { speech, text }: Pick<VideoResult['video'], 'speech' | 'text'>,
  step: string,
): Pick<HowDone, 'skipped'> {
  const section = step === 'video.speech' ? speech : step === 'video.text' ? text : null;
  return section?.status === 'skipped' ? { skipped: { reason: section.reason } } : {};
}

function skippedSection({ reason, hint }: { readonly reason: string; readonly hint: string }) {
  return { status: 'skipped' as const, reason, hint };
}

function inline<Item>(items: readonly Item[]): Item[] | null {
  return items.length > INLINE_ITEMS ? null : [...items];
}

function batchOf({ batch }: Pick<InferenceRun, 'batch'>) {
  return { largest: batch.size, halvings: batch.halvings };
}

/** What models say of themselves, and nothing more. */
function modelOf({ name, version, sha256, licence }: ModelUse) {
  return { name, version, sha256, licence };
}
