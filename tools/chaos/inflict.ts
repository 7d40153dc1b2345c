import { setTimeout as delay } from 'node:timers/promises';
import type { ServerHandle } from '../../dev/stack-servers.ts';
import type { Recorded } from '../../test/checker/record-calls.ts';
import type { Proxy } from '../../test/support/proxy.ts';
import type { Member } from './fleet.ts';
import { createOperator } from './operator.ts';
import type { Random } from './random.ts';
import type { Fault, FaultKind } from './schedule.ts';
import type { World } from './world.ts';

export interface Victim {
  readonly member: Member | undefined;
  readonly workflowId: string;
}

/** Does faults, and what it takes to end them again. */
export interface Inflicter {
  /** Waits until no other fault of the same server or link lasts. Exactly one of the two functions is to be called. */
  prepare(
    fault: Fault,
  ): Promise<{ readonly begin: (victim: Victim) => Promise<void>; readonly cancel: () => void }>;
  /** Resolves when every fault has ended: servers run, the network is whole, nobody is frozen. */
  healed(): Promise<void>;
}

/** Resolves when the fault has taken effect; answers what ends it, after the time that it lasts. */
type Harm = (victim: Victim) => Promise<Ending | void> | Ending | void;
type Ending = () => unknown;

export function createInflicter(world: World, recorded: Recorded, random: Random): Inflicter {
  const healing = new Set<Promise<unknown>>();
  const turns = new Map<string, Promise<unknown>>();
  const harms = createHarms(world, recorded, random);
  return {
    async prepare({ kind, lastsMs }) {
      const shared = /(postgres|temporal)$/.exec(kind)?.[0] ?? `${kind} ${Math.random()}`;
      const before = turns.get(shared);
      let isOver = () => {};
      turns.set(shared, Promise.all([before, new Promise<void>((resolve) => (isOver = resolve))]));
      await before;
      return {
        cancel: () => isOver(),
        async begin(victim) {
          try {
            const end = await harms[kind](victim);
            const ended = delay(lastsMs).then(() => end?.());
            const healed = ended.then(nothing, nothing).finally(() => {
              isOver();
              healing.delete(healed);
            });
            healing.add(healed);
          } catch (error) {
            isOver();
            throw error;
          }
        },
      };
    },
    async healed() {
      while (healing.size > 0) await Promise.all(healing);
    },
  };
}

const nothing = () => undefined;

function createHarms(world: World, recorded: Recorded, random: Random): Readonly<Record<FaultKind, Harm>> {
  const { proxies, stack } = world;
  const operator = createOperator(world, recorded, random);
  const what = () => (random.chance(0.5) ? 'all' : 'answers');
  return {
    'kill process': ({ member }) => member?.kill('SIGKILL'),
    'freeze process': ({ member }) => {
      member?.kill('SIGSTOP');
      return () => member?.kill('SIGCONT');
    },
    'lose answer': nothing,
    'cut postgres': cut(proxies.postgres),
    'cut temporal': cut(proxies.temporal),
    'silence postgres': silence(proxies.postgres, what),
    'silence temporal': silence(proxies.temporal, what),
    'kill postgres': takeDown(stack.postgres),
    'kill temporal': takeDown(stack.temporal),
    'delete resource': ({ workflowId }) => {
      // Not awaited: a process that is held may hold the row.
      const deleted = operator.remove(workflowId);
      return async () => {
        await deleted;
        await operator.put(workflowId);
      };
    },
    reset: ({ workflowId }) => operator.reset(workflowId),
    terminate: ({ workflowId }) => operator.terminate(workflowId),
    'forget history': ({ workflowId }) => operator.forget(workflowId),
    'start by hand': ({ workflowId }) => operator.start(workflowId),
  };
}

const cut =
  (proxy: Proxy): Harm =>
  () => {
    proxy.shut();
    return () => proxy.resume();
  };

const silence =
  (proxy: Proxy, what: () => 'all' | 'answers'): Harm =>
  () => {
    proxy.silence(what());
    return () => proxy.resume();
  };

const takeDown =
  (server: ServerHandle): Harm =>
  async () => {
    await server.kill('SIGKILL');
    return () => server.start();
  };
