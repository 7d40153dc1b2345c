/**
 * A limit on the wait for an answer, in the time that this process runs. One that was stopped or swapped out finds the
 * answer to its last statement waiting: giving that up unread would leave a write that nobody knows the outcome of.
 */
interface Wait {
  leftMs: number;
  readonly giveUp: () => void;
}

const TICK_MS = 1_000;
/** A tick later than this means that the process itself stood still. */
const LONGEST_TICK_MS = 2 * TICK_MS;

const waits = new Set<Wait>();
let ticking: NodeJS.Timeout | undefined;

/** As `asked` ends; rejects with `Query read timeout` when that takes too long. */
export function answered<Value>(asked: Promise<Value>, limitMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const wait = { leftMs: limitMs, giveUp: () => reject(new Error('Query read timeout')) };
    waits.add(wait);
    ticking ??= startTicking();
    const settle = (): void => {
      waits.delete(wait);
    };
    asked.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

function startTicking(): NodeJS.Timeout {
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const passedMs = Math.min(now - last, LONGEST_TICK_MS);
    last = now;
    for (const wait of waits) {
      wait.leftMs -= passedMs;
      if (wait.leftMs > 0) continue;
      waits.delete(wait);
      wait.giveUp();
    }
    if (waits.size > 0) return;
    clearInterval(timer);
    ticking = undefined;
  }, TICK_MS);
  return timer;
}
