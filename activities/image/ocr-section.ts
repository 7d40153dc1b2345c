/** The text of a picture, as the result tells it. */
import type { ImageSection } from '../../kinds/image/result.ts';
import type { OcrDocument } from './documents.ts';

type OcrSection = ImageSection['ocr'];

const NOTHING = {
  reason: null,
  hint: null,
  text: null,
  lines: [],
  more_lines: 0,
  confidence: null,
  provider: null,
  provider_note: null,
  model: null,
  detector: null,
} satisfies Omit<OcrSection, 'status'>;

/** Null: it was not asked for. */
export function ocrSection(document: OcrDocument | null): OcrSection {
  if (!document) return { ...NOTHING, status: 'off' };
  const { outcome, moreLines } = document;
  if (outcome.status === 'skipped') {
    return { ...NOTHING, status: 'skipped', reason: outcome.reason, hint: outcome.hint };
  }
  const [image] = outcome.images;
  const { provider, provider_note, model, detector } = outcome;
  return {
    ...NOTHING,
    status: 'ok',
    text: image ? plain(image.text) : null,
    lines: (image?.lines ?? []).map(({ text, confidence, box: [a, b, c, d] }) => ({
      text: plain(text),
      confidence,
      box: [[...a], [...b], [...c], [...d]],
    })),
    more_lines: moreLines,
    confidence: image?.confidence ?? null,
    provider,
    provider_note,
    model: { ...model },
    detector: { ...detector },
  };
}

/** A recogniser's alphabet may hold anything; lines stay. */
function plain(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]|\p{Cs}/gu, ' ');
}
