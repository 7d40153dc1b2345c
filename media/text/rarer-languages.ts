/**
 * Languages that tinyld does not know and calls by the name of a neighbour (Catalan Italian, Punjabi Hindi), by the
 * trigrams of franc. One of them counts only where most of a text is in it: what franc says of one passage is a hint.
 */
import { francAll } from 'franc';

/** ISO 639-3, as franc has it, to ISO 639-1. */
const RARER: Readonly<Record<string, string>> = {
  als: 'sq',
  azj: 'az',
  bod: 'bo',
  cat: 'ca',
  glg: 'gl',
  hau: 'ha',
  hrv: 'hr',
  ibo: 'ig',
  kat: 'ka',
  kir: 'ky',
  lao: 'lo',
  mal: 'ml',
  mar: 'mr',
  npi: 'ne',
  pan: 'pa',
  plt: 'mg',
  sin: 'si',
  slv: 'sl',
  som: 'so',
  swh: 'sw',
  uzn: 'uz',
  yor: 'yo',
  zul: 'zu',
};
/** Those that tinyld knows, by franc's names, so that a text in one of them is not mistaken for a rarer one. */
const KNOWN =
  'amh arb bel ben bul ces cmn dan deu ekk ell eng epo fin fra guj heb hin hun hye ind ita jpn kan kaz khk khm kor lit lvs mkd mya nld nno nob pes pol por ron run rus slk spa srp swe tam tat tel tgl tha tuk tur ukr urd vie ydd afr'.split(
    ' ',
  );
const ASKED = [...Object.keys(RARER), ...KNOWN];
/** Shorter passages are guessed at; Indic scripts write vowels as marks, which are no letters. */
const LEAST_LETTERS = 40;

export interface Rarer {
  readonly code: string;
  /** Of the letters of the passages that were long enough to ask about. */
  readonly share: number;
  /** Whether the passage at this place is in it. */
  readonly holds: readonly boolean[];
}

/** Null where most of the text is in no language of these. */
export function rarerLanguage(
  passages: readonly { readonly text: string; readonly letters: number }[],
): Rarer | null {
  const codes = passages.map(({ text, letters }) => (letters < LEAST_LETTERS ? null : codeOf(text)));
  const letters = new Map<string, number>();
  let asked = 0;
  for (const [index, code] of codes.entries()) {
    if (code === null) continue;
    const own = passages[index]?.letters ?? 0;
    asked += own;
    letters.set(code, (letters.get(code) ?? 0) + own);
  }
  const most = [...letters].find(([code, count]) => code !== '' && count > asked / 2);
  if (!most) return null;
  const [code, count] = most;
  // What is too short to ask about goes with the text.
  return { code, share: count / asked, holds: codes.map((one) => one === code || one === null) };
}

/** The empty text stands for every language that is none of the rarer ones. */
function codeOf(text: string): string {
  const [first] = francAll(text, { only: ASKED });
  return RARER[first?.[0] ?? ''] ?? '';
}
