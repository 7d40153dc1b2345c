import type { Member } from './fleet.ts';

/** Hands analyses out to clients; those of a client that died are handed out again. */
export interface Work {
  /** How many may have been handed out by now: faults and analyses get on together. */
  allow(upTo: number): void;
  ready(client: Member): void;
  analysed(client: Member, index: number): void;
  gone(client: Member): void;
  done(): number;
  outstanding(): readonly number[];
  finished(): readonly number[];
}

export function createWork(perClient: number): Work {
  const hands = new Map<string, { readonly client: Member; readonly working: Set<number> }>();
  const again: number[] = [];
  let next = 0;
  let allowed = 0;
  const finished: number[] = [];
  const handOut = () => {
    for (const { client, working } of hands.values()) {
      while (working.size < perClient) {
        const index = again.pop() ?? (next < allowed ? next++ : undefined);
        if (index === undefined) break;
        working.add(index);
        client.send({ do: 'analyse', index });
      }
    }
  };
  return {
    allow(upTo) {
      allowed = Math.max(allowed, upTo);
      handOut();
    },
    ready(client) {
      hands.set(client.name, { client, working: new Set() });
      handOut();
    },
    analysed(client, index) {
      if (hands.get(client.name)?.working.delete(index)) finished.push(index);
      handOut();
    },
    gone(client) {
      again.push(...(hands.get(client.name)?.working ?? []));
      hands.delete(client.name);
    },
    done: () => finished.length,
    finished: () => finished,
    outstanding: () => [...again, ...[...hands.values()].flatMap(({ working }) => [...working])],
  };
}
