/** Everything that is counted over the whole text, fed with pieces of it in order. */
import { type CharacterCounts, characterStream } from './character-stream.ts';
import { flagsOf, MARK, ODD } from './code-points.ts';
import { diversity } from './diversity.ts';
import { type EntityCount, entityStream } from './entities.ts';
import { type GraphemeCounter, graphemeCounter } from './graphemes.ts';
import { type LineCounts, lineCounter } from './lines.ts';
import { mixedScripts } from './mixed-scripts.ts';
import { type OddSummary, oddStream } from './odd-characters.ts';
import { readabilityStream, type Opening, type ReadabilityCounts } from './readability-counts.ts';
import { sentenceCounter } from './sentences.ts';
import { type Signature, signatureStream } from './signature.ts';
import { signatureTokens } from './signature-tokens.ts';
import type { EnglishWords } from './syllables.ts';
import { splitCounter } from './split-counter.ts';
import { type WordCounts, wordCounter } from './word-counts.ts';

export interface Census {
  readonly characters: CharacterCounts & ReturnType<GraphemeCounter['end']>;
  readonly lines: LineCounts;
  readonly words: WordCounts;
  readonly sentences: number;
  /** What stands between whitespace, as `wc -w` counts. */
  readonly tokens: number;
  readonly mixed_script_words: number;
  readonly odd: OddSummary;
  readonly entities: readonly EntityCount[];
  readonly signature: Signature;
  readonly readability: { readonly counts: ReadabilityCounts; readonly opening: Opening } | null;
}

export interface CensusStream {
  add(piece: string): void;
  end(): Census;
}

/** `english`: for readability, which is measured of English texts only. */
export function censusStream(english: EnglishWords | null): CensusStream {
  const of = counters(english);
  const { words, readability, entities } = of;
  const addCharacter = (codePoint: number, at: number): void => {
    const flags = flagsOf(codePoint);
    of.characters.add(codePoint, flags);
    if ((flags & ODD) !== 0) of.odd.add(codePoint, of.lines.position());
    else of.odd.plain(codePoint, (flags & MARK) !== 0);
    of.graphemes.add(codePoint, flags);
    if (of.lines.add(codePoint, flags)) of.graphemes.pairedLineEnd();
    words.add(codePoint, flags, at);
    of.sentences.add(codePoint, flags);
    of.split.add(flags);
    of.mixed.add(codePoint, flags);
    of.tokens.add(codePoint, flags);
    readability?.add(codePoint, flags, at);
  };
  return {
    add(piece) {
      words.startChunk(piece);
      readability?.startChunk(piece);
      for (let at = 0; at < piece.length; at += 1) {
        const codePoint = piece.codePointAt(at) as number;
        addCharacter(codePoint, at);
        if (codePoint > 0xffff) at += 1;
      }
      words.endChunk();
      readability?.endChunk();
      entities.add(piece);
    },
    end: () => censusOf(of),
  };
}

function counters(english: EnglishWords | null) {
  const signature = signatureStream();
  return {
    characters: characterStream(),
    graphemes: graphemeCounter(),
    lines: lineCounter(),
    entities: entityStream(),
    words: wordCounter(diversity()),
    sentences: sentenceCounter(),
    split: splitCounter(),
    mixed: mixedScripts(),
    odd: oddStream(),
    signature,
    tokens: signatureTokens(signature.add),
    readability: english ? readabilityStream(english) : null,
  };
}

function censusOf(of: ReturnType<typeof counters>): Census {
  of.tokens.end();
  const entities = of.entities.end();
  return {
    characters: { ...of.characters.end(), ...of.graphemes.end() },
    lines: of.lines.end(),
    words: of.words.end(of.entities.privateCount),
    sentences: of.sentences.end(),
    tokens: of.split.end(),
    mixed_script_words: of.mixed.end(),
    odd: of.odd.end(),
    entities,
    signature: of.signature.end(),
    readability: of.readability?.end() ?? null,
  };
}
