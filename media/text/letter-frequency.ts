/** How usual the letters of a reading are, in scripts other than Latin: in a wrong reading the rare ones are as many. */

/** The letters that make up four fifths of a text, in words of any sort. */
const FREQUENT: readonly (readonly [script: RegExp, letters: string])[] = [
  [/\p{Script=Cyrillic}/u, 'оеаинтсрвлкмдупія'],
  [/\p{Script=Greek}/u, 'αοιετσνηυρπκμλγάίόήέώς'],
  [/\p{Script=Hebrew}/u, 'יוהלאמתרבשנםדקחע'],
  [/\p{Script=Arabic}/u, 'اليمنتوربهةعدفسح'],
  [/\p{Script=Thai}/u, 'านรอกเงมยลวดทสต่้ิีัะชพ'],
];
const FREQUENT_RATE = 1;
const RARE_RATE = 0.3;
const ODD_RATE = -1;
/** Between -1 and 1, of the script that the text has most of. */
export function frequencyOf(text: string): number {
  const rates = FREQUENT.map(([script, letters]) => {
    const frequent = new Set(letters);
    let sum = 0;
    let all = 0;
    let before = '';
    for (const character of text) {
      if (character > '\u007f') {
        const small = character.toLowerCase();
        const capitalInside = character !== small && /\p{Ll}/u.test(before);
        all += 1;
        if (!script.test(character) || capitalInside) sum += ODD_RATE;
        else sum += frequent.has(small) ? FREQUENT_RATE : RARE_RATE;
      }
      before = character;
    }
    return all === 0 ? 0 : sum / all;
  });
  return Math.max(...rates);
}
