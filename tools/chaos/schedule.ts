import { type FaultPoint, faultPoints } from '../../ledger/fault-points.ts';
import type { Random } from './random.ts';

/** What is done to the product, from outside. */
const processFaults = ['kill process', 'freeze process', 'lose answer'] as const;
const networkFaults = ['cut postgres', 'cut temporal', 'silence postgres', 'silence temporal'] as const;
const serverFaults = ['kill postgres', 'kill temporal'] as const;
const operatorFaults = ['delete resource', 'reset', 'terminate', 'forget history'] as const;
/** What operators do to finished analyses. */
const lateFaults = ['start by hand'] as const;
export const faultKinds = [
  ...processFaults,
  ...networkFaults,
  ...serverFaults,
  ...operatorFaults,
  ...lateFaults,
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Role = 'client' | 'control' | 'cpu';
export type Anywhere = 'anywhere' | 'anywhere: client' | 'anywhere: control' | 'anywhere: cpu';
export type Place = FaultPoint | Anywhere;

export interface Fault {
  readonly number: number;
  readonly kind: FaultKind;
  readonly where: Place;
  /** Of freezes, silences and outages. */
  readonly lastsMs: number;
}

export function roleAt(point: FaultPoint): Role {
  if (point.startsWith('submit')) return 'client';
  return point.startsWith('begin') || point.startsWith('finish') ? 'cpu' : 'control';
}

type Pair = Pick<Fault, 'kind' | 'where'>;

/** Windows in which the run exists in Temporal, so that an operator can act on it. */
const runWindows = faultPoints.filter((point) => /^(claim|begin|finish|commit)/.test(point));
const roles: readonly Anywhere[] = ['anywhere: client', 'anywhere: control', 'anywhere: cpu'];

/** Every pair that is meant to be hit. */
export function allPairs(): readonly Pair[] {
  const pairs = (kinds: readonly FaultKind[], places: readonly Place[]) =>
    kinds.flatMap((kind) => places.map((where) => ({ kind, where })));
  return [
    ...pairs(['kill process', 'freeze process'], [...faultPoints, ...roles]),
    // After its dispatch a submit waits for no answer any more.
    ...pairs(
      ['lose answer'],
      faultPoints.filter((point) => point !== 'submit: after dispatch'),
    ),
    ...pairs([...networkFaults, ...serverFaults], [...faultPoints, 'anywhere']),
    ...pairs(operatorFaults, [...runWindows, 'anywhere']).filter(isPossible),
    ...pairs(lateFaults, ['anywhere']),
  ];
}

/** The claim is part of the first workflow task: until that has ended there is no point to reset to. */
function isPossible({ kind, where }: Pair): boolean {
  return !(kind === 'reset' && where === 'claim: after');
}

/** A fault for every six or seven analyses; in a long run every pair, in a short one every kind and every place. */
export function makeSchedule(analyses: number, random: Random): readonly Fault[] {
  const count = Math.max(12, Math.ceil(analyses * 0.16));
  const pairs = random.shuffled(allPairs());
  const chosen = count >= pairs.length ? pairs : [...covering(pairs), ...pairs].slice(0, count);
  const light = pairs.filter(({ kind }) => !kind.startsWith('kill p') || kind === 'kill process');
  while (chosen.length < count) chosen.push(random.pick(light));
  return random
    .shuffled(chosen)
    .map((pair, number) => ({ ...pair, number, lastsMs: lastingOf(pair, random) }));
}

/** Few pairs in which every kind and every place is. */
function covering(pairs: readonly Pair[]): Pair[] {
  const kinds = new Set<FaultKind>();
  const places = new Set<Place>();
  const both = pairs.filter(({ kind, where }) => {
    if (kinds.has(kind) || places.has(where)) return false;
    return kinds.add(kind) && places.add(where);
  });
  const rest = pairs.filter(({ kind, where }) => {
    if (kinds.has(kind) && places.has(where)) return false;
    return kinds.add(kind) && places.add(where);
  });
  return [...both, ...rest];
}

function lastingOf({ kind, where }: Pair, random: Random): number {
  // Some freezes outlast the heartbeat timeout of 10 s, so that the frozen attempt is a zombie when it wakes.
  if (kind === 'freeze process') {
    const zombie = /^(begin|finish|commit)/.test(where) ? 0.6 : 0.2;
    return random.chance(zombie) ? random.between(11_000, 14_000) : random.between(500, 3_000);
  }
  if (kind.startsWith('silence')) return random.between(500, 3_000);
  return random.between(50, 800);
}
