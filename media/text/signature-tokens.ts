/** The tokens that signatures are made of: runs of word characters in lower case; unspaced scripts one by one. */
import { UNSPACED, WORD } from './code-points.ts';

const LONGEST_UNITS = 64;

export interface SignatureTokens {
  add(codePoint: number, flags: number): void;
  end(): void;
}

export function signatureTokens(onToken: (token: string) => void): SignatureTokens {
  let run = '';
  const finish = (): void => {
    if (run !== '') onToken(run.toLowerCase());
    run = '';
  };
  return {
    add(codePoint, flags) {
      if ((flags & WORD) === 0) {
        if (run !== '') finish();
      } else if ((flags & UNSPACED) !== 0) {
        finish();
        onToken(String.fromCodePoint(codePoint));
      } else {
        // A run without end is many tokens.
        if (run.length >= LONGEST_UNITS) finish();
        run += String.fromCodePoint(codePoint);
      }
    },
    end: finish,
  };
}
