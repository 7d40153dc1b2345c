/**
 * User-perceived characters: extended grapheme clusters, as Unicode counted them until 15.0 and most tools do, and as it
 * counts them since 15.1, where the consonants of an Indic conjunct are one. Between two characters that never join
 * there is always a boundary, so only the short runs around characters that may join go through the segmenter.
 */
import { flagsOf, JOINING, LETTER, MARK } from './code-points.ts';
import { wellFormed } from './well-formed.ts';

const LONGEST_RUN_UNITS = 1024;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

export interface GraphemeCounter {
  add(codePoint: number, flags: number): void;
  /** Carriage return and line feed together are one. */
  pairedLineEnd(): void;
  end(): { readonly graphemes: number; readonly graphemes_with_conjuncts: number };
}

export function graphemeCounter(): GraphemeCounter {
  let graphemes = 0;
  let conjoined = 0;
  let last = -1;
  let run = '';
  let lastJoins = false;

  const addRun = (complete: boolean): void => {
    const counted = clustersOf(run, complete);
    graphemes += counted.clusters;
    conjoined += counted.conjoined;
    run = counted.rest;
  };
  const beginRun = (codePoint: number): void => {
    // The character before belongs to it, and was counted already.
    if (last >= 0) graphemes -= 1;
    run = (last >= 0 ? String.fromCodePoint(last) : '') + String.fromCodePoint(codePoint);
  };

  return {
    add(codePoint, flags) {
      const joins = (flags & JOINING) !== 0;
      if (run !== '' && (joins || lastJoins)) {
        run += String.fromCodePoint(codePoint);
        if (run.length > LONGEST_RUN_UNITS) addRun(false);
      } else if (joins) beginRun(codePoint);
      else {
        if (run !== '') addRun(true);
        graphemes += 1;
      }
      lastJoins = joins;
      last = codePoint;
    },
    pairedLineEnd() {
      graphemes -= 1;
    },
    end() {
      if (run !== '') addRun(true);
      return { graphemes: graphemes + conjoined, graphemes_with_conjuncts: graphemes };
    },
  };
}

/** Of a run that goes on the last cluster stays; one that is itself too long goes on as its two ends. */
function clustersOf(
  run: string,
  complete: boolean,
): { readonly clusters: number; readonly conjoined: number; readonly rest: string } {
  const segments = Array.from(segmenter.segment(run), ({ segment }) => segment);
  const tail = complete ? '' : (segments.pop() ?? '');
  const rest =
    tail.length <= LONGEST_RUN_UNITS / 2 ? tail : wellFormed(`${tail.slice(0, 2)}${tail.slice(-8)}`);
  const conjoined = segments.reduce((sum, segment) => sum + conjoinedIn(segment), 0);
  return { clusters: segments.length, conjoined, rest };
}

const ZERO_WIDTH_JOINER = 0x200d;

/** Consonants that a cluster holds after its first: they follow a mark or a joiner, where older rules have a boundary. */
function conjoinedIn(cluster: string): number {
  if (cluster.length < 3) return 0;
  let found = 0;
  let afterMark = false;
  for (const character of cluster) {
    const codePoint = character.codePointAt(0) as number;
    const flags = flagsOf(codePoint);
    if (afterMark && (flags & (LETTER | JOINING)) === LETTER) found += 1;
    afterMark = (flags & MARK) !== 0 || codePoint === ZERO_WIDTH_JOINER;
  }
  return found;
}
