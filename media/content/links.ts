/**
 * Where the links of an archive lead once all of them are unpacked: one may lead out by way of another, though each by
 * itself stays within. Pure; paths are those of the archive, and its top is the empty path.
 */
import { isAbsolute } from './names.ts';

export interface Links {
  /** Takes a link as it comes, and answers whether it leads out by what is known so far. */
  add(name: string, target: string, type: 'symlink' | 'hardlink'): boolean;
  /** Names of those that lead out only now that all are known. */
  readonly late: () => readonly string[];
  /** False: there were more than are followed, or longer ones than a system takes. */
  readonly all: () => boolean;
}

type Parts = readonly string[];

/** A place that is a link, or on the way to one. */
interface Place {
  /** Null for most: a place of its own each would fill the memory. */
  below: Map<string, Place> | null;
  target: string | null;
}

/** As Linux does: more are a circle. */
const MOST_HOPS = 40;
const LONGEST_PATH = 4096;
/** Links must not fill the memory of the program, nor long ways its time. */
const MOST_LINKS = 500_000;
const MOST_CHARACTERS = 32 * 1024 ** 2;
const MOST_STEPS = 50_000_000;

export function openLinks(): Links {
  const ways = openWays();
  const pending: { readonly name: string; readonly from: Parts; readonly target: string }[] = [];
  let characters = 0;
  let all = true;
  const leadsOut = (from: Parts, target: string): boolean =>
    isAbsolute(target) || ways.follow(from, partsOf(target)) === null;
  return {
    add(name, target, type) {
      characters += name.length + target.length;
      const long = name.length > LONGEST_PATH || target.length > LONGEST_PATH;
      if (long || characters > MOST_CHARACTERS || pending.length > MOST_LINKS) {
        all = false;
        return false;
      }
      const parts = partsOf(name);
      const from = ways.follow([], parts.slice(0, -1));
      if (from === null) return true;
      const own = type === 'symlink' ? target : sameAs(ways, from, target);
      if (own === null) return false;
      ways.set([...from, ...parts.slice(-1)], own);
      if (leadsOut(from, own)) return true;
      pending.push({ name, from, target: own });
      return false;
    },
    late: () => pending.filter(({ from, target }) => leadsOut(from, target)).map(({ name }) => name),
    all: () => all && !ways.tired(),
  };
}

type Ways = ReturnType<typeof openWays>;

/** A second name for a link is a link too, and counts from where it lies; null for one of a plain file. */
function sameAs(ways: Ways, from: Parts, target: string): string | null {
  const parts = partsOf(target);
  const folder = ways.follow(from, parts.slice(0, -1));
  return folder === null ? null : ways.get([...folder, ...parts.slice(-1)]);
}

function openWays() {
  const top: Place = { below: null, target: null };
  let steps = 0;
  return {
    tired: () => steps > MOST_STEPS,
    get: (path: Parts): string | null => path.reduce<Place | undefined>(placeBelow, top)?.target ?? null,
    set(path: Parts, target: string): void {
      let place = top;
      for (const part of path) {
        const next = placeBelow(place, part) ?? { below: null, target: null };
        place.below = (place.below ?? new Map<string, Place>()).set(part, next);
        place = next;
      }
      place.target = target;
    },
    /** Null: it climbs above the top. A circle ends where it is noticed, and leads nowhere. */
    follow(from: Parts, path: Parts): Parts | null {
      const way = openWay(top, from);
      const ahead = path.toReversed();
      let hops = 0;
      for (let part = ahead.pop(); part !== undefined && steps <= MOST_STEPS; part = ahead.pop()) {
        steps += 1;
        if (part === '..') {
          if (!way.leave()) return null;
          continue;
        }
        const target = way.enter(part);
        if (target === null) continue;
        if (isAbsolute(target)) return null;
        hops += 1;
        if (hops > MOST_HOPS) break;
        way.leave();
        ahead.push(...partsOf(target).toReversed());
      }
      return way.parts();
    },
  };
}

/** From the top to where one stands; of places that are no link and lead to none, only the name is known. */
function openWay(top: Place, from: Parts) {
  const at: { readonly part: string; readonly place: Place | undefined }[] = [];
  const enter = (part: string): string | null => {
    const place = placeBelow(at.length === 0 ? top : at.at(-1)?.place, part);
    at.push({ part, place });
    return place?.target ?? null;
  };
  for (const part of from) enter(part);
  return { enter, leave: () => at.pop() !== undefined, parts: (): Parts => at.map(({ part }) => part) };
}

const placeBelow = (place: Place | undefined, part: string): Place | undefined => place?.below?.get(part);

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
