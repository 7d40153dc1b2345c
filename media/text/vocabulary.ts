/**
 * Different words and how often each occurs, in bounded memory. Exact up to a million different words; beyond, rare
 * words are dropped again and again (so that frequent ones are counted all the same), and the number of different words
 * is an estimate.
 */
import { distinctEstimate } from './distinct-estimate.ts';
import { hashText } from './hash.ts';

const VOCABULARY_WORDS = 1_000_000;
const VOCABULARY_UNITS = 32 * 1024 * 1024;

export interface CountedWord {
  readonly word: string;
  readonly count: number;
}

export interface Vocabulary {
  /** The word's number while the vocabulary is exact, else -1. */
  add(word: string): number;
  summary(): {
    readonly distinct: number;
    readonly exact: boolean;
    /** Words that occur once; null when rare words had to be dropped. */
    readonly hapax: number | null;
  };
  /** Most frequent first, equal ones in the order in which they came. */
  top(count: number): readonly CountedWord[];
}

export function vocabulary(limits = { words: VOCABULARY_WORDS, units: VOCABULARY_UNITS }): Vocabulary {
  let table: Table = { ids: new Map(), counts: new Uint32Array(4096), units: 0 };
  let exact = true;
  const estimate = distinctEstimate();

  const addNew = (word: string): number => {
    estimate.add(hashText(word));
    if (table.ids.size >= limits.words || table.units + word.length > limits.units) {
      exact = false;
      table = withoutRare(table, { words: limits.words / 2, units: limits.units / 2 });
    }
    const id = table.ids.size;
    if (id >= table.counts.length) table.counts = grown(table.counts);
    table.ids.set(ownCopy(word), id);
    table.counts[id] = 1;
    table.units += word.length;
    return id;
  };

  return {
    add(word) {
      const seen = table.ids.get(word);
      if (seen !== undefined) table.counts[seen] = (table.counts[seen] as number) + 1;
      const id = seen ?? addNew(word);
      return exact ? id : -1;
    },
    summary() {
      if (!exact) return { distinct: estimate.count(), exact, hapax: null };
      const hapax = table.counts.subarray(0, table.ids.size).filter((count) => count === 1).length;
      return { distinct: table.ids.size, exact, hapax };
    },
    top: (count) =>
      [...table.ids]
        .map(([word, id]) => ({ word, count: table.counts[id] as number }))
        .sort((a, b) => b.count - a.count)
        .slice(0, count),
  };
}

interface Table {
  ids: Map<string, number>;
  counts: Uint32Array;
  units: number;
}

function grown(counts: Uint32Array): Uint32Array {
  const larger = new Uint32Array(counts.length * 2);
  larger.set(counts);
  return larger;
}

/** Drops the words that occurred least until few enough are left. */
function withoutRare(table: Table, most: { readonly words: number; readonly units: number }): Table {
  let { ids, counts, units } = table;
  for (let least = 1; ids.size > most.words || units > most.units; least *= 2) {
    const kept = new Map<string, number>();
    const keptCounts = new Uint32Array(counts.length);
    units = 0;
    for (const [word, id] of ids) {
      if ((counts[id] as number) <= least) continue;
      keptCounts[kept.size] = counts[id] as number;
      kept.set(word, kept.size);
      units += word.length;
    }
    ids = kept;
    counts = keptCounts;
  }
  return { ids, counts, units };
}

/** A longer slice would keep the whole chunk that it was cut from alive. */
function ownCopy(word: string): string {
  return word.length < 13 ? word : Buffer.from(word, 'utf16le').toString('utf16le');
}
