/**
 * Where markup begins: behind what may stand before it. Found step by step, since one pattern for any number of comments
 * tries every way to share them out: ten comments at the top of a stylesheet took it 16 s, and twenty would take days.
 */
export interface Prolog {
  /** From behind comments on: declarations and a document type are still there. */
  readonly uncommented: string;
  /** From the root element on, or from what is no prolog. */
  readonly root: string;
}

export function prologOf(text: string): Prolog {
  return { uncommented: behind(text, [COMMENT]), root: behind(text, [COMMENT, INSTRUCTION, DOCUMENT_TYPE]) };
}

interface Part {
  readonly begin: string;
  /** Index behind its end; 0 where it has none. */
  end(text: string, at: number): number;
}

const upTo =
  (mark: string) =>
  (text: string, at: number): number =>
    text.indexOf(mark, at) < 0 ? 0 : text.indexOf(mark, at) + mark.length;

const COMMENT: Part = { begin: '<!--', end: upTo('-->') };
const INSTRUCTION: Part = { begin: '<?xml', end: upTo('?>') };
const DOCUMENT_TYPE: Part = {
  begin: '<!doctype',
  // Drawing programs declare their entities inside it, in brackets.
  end(text, at) {
    const plain = upTo('>')(text, at);
    const bracket = text.indexOf('[', at);
    return bracket >= 0 && bracket < plain
      ? upTo(']')(text, bracket) && upTo('>')(text, upTo(']')(text, bracket))
      : plain;
  },
};

function behind(text: string, parts: readonly Part[]): string {
  let rest = text.trimStart();
  for (;;) {
    const begin = rest.slice(0, 9).toLowerCase();
    const part = parts.find((one) => begin.startsWith(one.begin));
    const end = part?.end(rest, part.begin.length) ?? 0;
    if (end === 0) return rest;
    rest = rest.slice(end).trimStart();
  }
}
