/** A child's streams: stdout to the caller at the caller's pace, stderr by lines, the launcher's report. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildSpec } from './child.ts';
import { readLines } from './stream-lines.ts';

export interface StreamEvents {
  /** Everything before the programs is done. */
  readonly onStarted: () => void;
  /** More came from stdout than is allowed. */
  readonly onOverflow: () => void;
  /** The caller's own `onStdout` or `onStderrLine` failed. */
  readonly onConsumerError: (error: unknown) => void;
}

export interface ChildStreams {
  /** The child has ended and its stdout is consumed. */
  readonly consumed: Promise<unknown>;
  /** Waits for the end of the child; what is still in its pipe is read for half a second, then dropped. */
  readonly discard: () => Promise<unknown>;
  readonly report: () => string;
  readonly stderrTail: () => string;
}

/** A consumer that is stuck does not hold up the end of a child that was stopped. */
const LAST_WORDS_MS = 500;

export function attachStreams(child: ChildProcess, spec: ChildSpec, events: StreamEvents): ChildStreams {
  const [, stdout, stderr, reports] = child.stdio as unknown as [unknown, Readable, Readable, Readable];
  const closed = once(child, 'close');
  feed(child, spec);
  const lines = readLines(stderr, (line) => {
    try {
      spec.onStderrLine?.(line);
    } catch (error) {
      events.onConsumerError(error);
    }
  });
  let report = '';
  reports.on('data', (chunk: Buffer) => {
    if (report === '') events.onStarted();
    report += chunk.toString('latin1');
  });
  const consumed = Promise.all([closed, consume(stdout, spec, events)]);
  return {
    consumed,
    async discard() {
      await Promise.race([consumed, delay(LAST_WORDS_MS, undefined, { ref: false })]);
      stdout.destroy();
      return closed;
    },
    report: () => report,
    stderrTail: lines.tail,
  };
}

async function consume(stdout: Readable, spec: ChildSpec, events: StreamEvents): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > spec.limits.stdoutBytes) return events.onOverflow();
      // Only a promise is awaited: a consumer that keeps up costs no turn of the event loop.
      const pause = spec.onStdout?.(chunk);
      if (pause) await pause;
    }
  } catch (error) {
    // `discard` ends the loop too; by then the child is being stopped, and its first reason stands.
    events.onConsumerError(error);
  }
}

function feed(child: ChildProcess, { stdin, onStdin }: ChildSpec): void {
  if (!child.stdin) return;
  // A program may end without reading all of its input; how it ended is told by its status.
  child.stdin.on('error', () => {});
  if (onStdin) onStdin(child.stdin);
  else child.stdin.end(stdin);
}
