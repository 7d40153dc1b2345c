/** From the units that a model of speech heard to words with their times. Pure. */
export interface TranscribedWord {
  readonly word: string;
  readonly start_s: number;
  readonly end_s: number;
  /** Mean over its letters. */
  readonly confidence: number;
}

export interface HeardUnit {
  readonly id: number;
  readonly probability: number;
  readonly start_s: number;
  readonly end_s: number;
}

export interface Vocabulary {
  readonly tokens: readonly string[];
  /** The unit that means: nothing new. */
  readonly blank: number;
}

/** How the vocabularies of this family write a space, and units that are no letters. */
const BETWEEN_WORDS = '|';
const SPECIAL = /^(<.*>|\[.*\])$/;

/** From `{"a": 4, "<pad>": 0}`. Null where that is no vocabulary or has no blank. */
export function vocabularyOf(parsed: unknown): Vocabulary | null {
  if (parsed === null || typeof parsed !== 'object') return null;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(parsed)) {
    if (!Number.isInteger(id) || id < 0 || id > 100_000) return null;
    // A ledger holds no lone surrogates and no zero characters.
    tokens[id] = token.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ');
  }
  const blank = ['<pad>', '[PAD]', '<blank>'].map((name) => tokens.indexOf(name)).find((at) => at >= 0);
  return blank === undefined ? null : { tokens: Array.from(tokens, (token) => token ?? ''), blank };
}

export function wordsOf(units: readonly HeardUnit[], { tokens }: Vocabulary): readonly TranscribedWord[] {
  const words: HeardUnit[][] = [[]];
  for (const unit of units) {
    const token = tokens[unit.id] ?? '';
    if (token === BETWEEN_WORDS || token === ' ') words.push([]);
    else if (!SPECIAL.test(token)) words.at(-1)?.push(unit);
  }
  return words.flatMap((letters) => {
    const [first, last] = [letters[0], letters.at(-1)];
    if (!first || !last) return [];
    const sum = letters.reduce((total, { probability }) => total + probability, 0);
    return {
      word: letters.map(({ id }) => tokens[id]).join(''),
      start_s: thousandths(first.start_s),
      end_s: thousandths(last.end_s),
      confidence: thousandths(sum / letters.length),
    };
  });
}

export interface Piece {
  /** What the model is shown, in samples. */
  readonly from: number;
  readonly to: number;
  /** What is taken of its answer: neighbours overlap, since the edges are heard worst. */
  readonly keepFrom: number;
  readonly keepTo: number;
}

/** Pieces of at most `most` samples that share `overlap` with their neighbours. */
export function piecesOf(
  { from, to }: { readonly from: number; readonly to: number },
  { most, overlap }: { readonly most: number; readonly overlap: number },
): readonly Piece[] {
  const pieces: Piece[] = [];
  const half = overlap / 2;
  for (let at = from; at < to; ) {
    const end = Math.min(to, at + most);
    pieces.push({
      from: at,
      to: end,
      keepFrom: at === from ? at : at + half,
      keepTo: end === to ? end : end - half,
    });
    if (end === to) break;
    at = end - overlap;
  }
  return pieces;
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
