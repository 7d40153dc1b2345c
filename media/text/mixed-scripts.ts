/** Words that mix letters of scripts which look alike, as in addresses that pretend to be others. */
import { LETTER, WORD } from './code-points.ts';
import { SCRIPTS, scriptIndex } from './scripts.ts';

const LOOK_ALIKE = new Map([
  ['Latin', 1],
  ['Cyrillic', 2],
  ['Greek', 4],
]);
const bits = SCRIPTS.map((name) => LOOK_ALIKE.get(name) ?? 0);

export interface MixedScripts {
  add(codePoint: number, flags: number): void;
  end(): number;
}

export function mixedScripts(): MixedScripts {
  let mixed = 0;
  let seen = 0;
  const finish = (): void => {
    if ((seen & (seen - 1)) !== 0) mixed += 1;
    seen = 0;
  };
  return {
    add(codePoint, flags) {
      if ((flags & LETTER) !== 0) seen |= codePoint < 128 ? 1 : (bits[scriptIndex(codePoint)] as number);
      else if ((flags & WORD) === 0 && seen !== 0) finish();
    },
    end() {
      finish();
      return mixed;
    },
  };
}
