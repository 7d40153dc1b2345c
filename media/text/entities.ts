/** Entities of the whole text: how many of each sort, masked samples, and the words that private ones consist of. */
import { entitiesIn, LONGEST_ENTITY_UNITS } from './entity-scan.ts';
import { ENTITY_KINDS, type EntityKind } from './entity-shapes.ts';
import { hiddenText, masked, PERSONAL } from './mask.ts';
import { wellFormed } from './well-formed.ts';

const SAMPLES = 5;
const PRIVATE_WORDS = 100_000;

export interface EntityCount {
  readonly kind: EntityKind;
  readonly count: number;
  readonly personal: boolean;
  /** Masked, the first different ones. */
  readonly samples: readonly string[];
}

export interface EntityStream {
  add(chunk: string): void;
  end(): readonly EntityCount[];
  /** How often a word, in lower case, was part of a private entity. */
  privateCount(word: string): number;
}

export function entityStream(): EntityStream {
  const counts = new Map(ENTITY_KINDS.map((kind) => [kind, { count: 0, samples: new Set<string>() }]));
  const words = privateWords();
  let held = '';

  /** Entities that start before `until`; says where the last of them ends. */
  const scan = (text: string, until: number): number => {
    let end = until;
    for (const entity of entitiesIn(text, until)) {
      const found = text.slice(entity.start, entity.end);
      const entry = counts.get(entity.kind);
      if (!entry) continue;
      entry.count += 1;
      if (entry.samples.size < SAMPLES) entry.samples.add(wellFormed(masked(entity.kind, found)));
      if (PERSONAL.has(entity.kind) || /@|%40/.test(found)) words.add(found);
      end = Math.max(end, entity.end);
    }
    return end;
  };

  return {
    add(chunk) {
      const text = held + chunk;
      held = text.length < 4 * LONGEST_ENTITY_UNITS ? text : text.slice(scan(text, cutOf(text)));
    },
    end() {
      scan(held, held.length);
      held = '';
      return [...counts].map(([kind, { count, samples }]) => ({
        kind,
        count,
        personal: PERSONAL.has(kind),
        samples: [...samples],
      }));
    },
    privateCount: words.count,
  };
}

function privateWords(): { add(text: string): void; count(word: string): number } {
  const counts = new Map<string, number>();
  return {
    add(text) {
      for (const word of text.toLowerCase().match(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu) ?? []) {
        const known = counts.get(word);
        if (known !== undefined) counts.set(word, known + 1);
        else if (counts.size < PRIVATE_WORDS) counts.set(word, 1);
      }
    },
    count: (word) => counts.get(word) ?? 0,
  };
}

/** The text with a placeholder for everything private, and for links. Line ends stay where they are. */
export function withoutPrivate(text: string): string {
  let shown = '';
  let from = 0;
  for (const { kind, start, end } of entitiesIn(text, text.length)) {
    if (!PERSONAL.has(kind) && kind !== 'url') continue;
    shown += text.slice(from, start) + hiddenText(kind);
    from = end;
  }
  return shown + text.slice(from);
}

/** A place after a line end or whitespace that leaves room for what starts before it; anywhere in a longer word. */
function cutOf(text: string): number {
  const latest = text.length - LONGEST_ENTITY_UNITS;
  const window = text.slice(latest - LONGEST_ENTITY_UNITS, latest);
  const line = window.lastIndexOf('\n');
  const space = line >= 0 ? line : Math.max(window.lastIndexOf(' '), window.lastIndexOf('\t'));
  return space >= 0 ? latest - LONGEST_ENTITY_UNITS + space + 1 : latest;
}
