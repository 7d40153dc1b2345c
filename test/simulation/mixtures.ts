import type { Weights } from './commands.ts';

/** What happens how often in a sequence: all of it, and what brings out one sort of trouble. */
const work = { go: 14, all: 8, wake: 3, submit: 3, retry: 1, rerun: 1, delayStart: 1, lateStart: 1 };

export const mixtures = {
  everything: {
    ...work,
    ...{
      coalesce: 1,
      askAgain: 1,
      start: 1,
      reset: 2,
      expire: 3,
      crash: 1,
      lapse: 1,
      cancel: 1,
      terminate: 1,
    },
    ...{
      cancelInTemporal: 1,
      delete: 1,
      put: 2,
      purge: 1,
      lose: 1,
      fail: 1,
      stumble: 1,
      poison: 1,
      reconcile: 1,
    },
  },
  'resets and zombies': {
    ...work,
    ...{ reset: 5, expire: 4, terminate: 1, purge: 1, coalesce: 1, fail: 1, reconcile: 1 },
  },
  'direct starts and terminations': {
    ...work,
    ...{ start: 4, terminate: 3, cancel: 1, fail: 1, expire: 2, reconcile: 1 },
  },
  'deletions and lost answers': {
    ...work,
    ...{ delete: 2, put: 3, askAgain: 4, coalesce: 2, cancel: 1, reset: 2, start: 1, expire: 1 },
  },
  'crashes and failures': {
    ...work,
    ...{ crash: 4, lapse: 2, fail: 1, stumble: 4, poison: 2, coalesce: 1, cancel: 1 },
  },
  'lost workflows': {
    ...work,
    ...{ lose: 3, purge: 2, expire: 2, terminate: 1, cancel: 1, start: 1, reset: 1 },
  },
} as const satisfies Record<string, Weights>;
