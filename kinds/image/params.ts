/** What a caller may set for an image; everything has a default. Checked by params-schema.ts at the edges. */
export interface ImageParams {
  /** Whether the text in the picture is read; on. */
  readonly ocr?: 'on' | 'off';
  /** Lines that are less certain than this are left out; 0.5. */
  readonly ocr_min_confidence?: number;
  /** Whether things in the picture are looked for; off, since no model for it comes along. */
  readonly objects?: 'off' | 'on';
  /** Most bits of the 64 in which a near duplicate may differ; 6. */
  readonly near_duplicate_bits?: number;
}

export interface ImageSettings {
  readonly readsText: boolean;
  readonly ocrMinConfidence: number;
  readonly findsObjects: boolean;
  readonly nearDuplicateBits: number;
}

const OCR_MIN_CONFIDENCE = 0.5;
const NEAR_DUPLICATE_BITS = 6;

export function imageSettings(params: ImageParams): ImageSettings {
  return {
    readsText: params.ocr !== 'off',
    ocrMinConfidence: params.ocr_min_confidence ?? OCR_MIN_CONFIDENCE,
    findsObjects: params.objects === 'on',
    nearDuplicateBits: params.near_duplicate_bits ?? NEAR_DUPLICATE_BITS,
  };
}
