/** What a caller may set for a text; everything has a default. Checked by params-schema.ts at the edges. */
export interface TextParams {
  /** Read the file in this encoding; found by itself when left out. */
  readonly encoding?: string;
  /** ISO 639 code of the language that readability and keywords assume; found by itself when left out. */
  readonly language?: string;
  /** Most keywords that are listed: 15. */
  readonly keywords?: number;
  /** Sentences of the summary: 3. */
  readonly summary_sentences?: number;
}

export interface TextSettings {
  readonly encoding: string;
  readonly language: string;
  readonly keywords: number;
  readonly summarySentences: number;
}

export function textSettings(params: TextParams): TextSettings {
  return {
    encoding: params.encoding ?? 'auto',
    language: params.language ?? 'auto',
    keywords: params.keywords ?? 15,
    summarySentences: params.summary_sentences ?? 3,
  };
}
