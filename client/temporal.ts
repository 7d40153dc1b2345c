import { setTimeout as delay } from 'node:timers/promises';
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import type { TemporalConnectionOptions } from '../config/config.ts';

/** How long one call to Temporal may take: a submit never waits longer for it. */
export const temporalDeadlineMs = 3000;

export interface TemporalOptions {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly connection?: TemporalConnectionOptions;
}

/**
 * A client whose connection is made by its first call, so that nothing here fails while Temporal is down.
 * Close it by `client.connection.close()`.
 */
export function openTemporal(options: TemporalOptions): Client & { readonly connection: Connection } {
  const retries = createRetries();
  const connection = Connection.lazy({
    ...options.connection,
    interceptors: [retries.interceptor],
    address: options.address,
    connectTimeout: temporalDeadlineMs,
    channelArgs: {
      // Left alone, gRPC waits up to two minutes before it tries again: new work must run soon after an outage.
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.min_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 2000,
      'grpc.keepalive_permit_without_calls': 1,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 15_000,
      ...(isLoopback(options.address) ? { 'grpc.enable_http_proxy': 0 } : {}),
    },
  });
  const close = connection.close.bind(connection);
  connection.close = async () => {
    await retries.end();
    await close();
  };
  return new Client({ connection, namespace: options.namespace }) as Client & {
    readonly connection: Connection;
  };
}

/** Longest pause before a call is made again, so that closing need not wait longer. */
const longestPauseMs = 1000;

/**
 * The SDK's own retries, except that they end with the connection: it makes them from a timer, and a call on a closed
 * channel throws there, where nobody can catch it.
 */
function createRetries() {
  const usual = defaultGrpcRetryOptions();
  let ended = false;
  let nextUntil = 0;
  return {
    interceptor: makeGrpcRetryInterceptor({
      delayFunction(attempt, status) {
        const pauseMs = Math.min(longestPauseMs, usual.delayFunction(attempt, status));
        nextUntil = Math.max(nextUntil, performance.now() + pauseMs);
        return pauseMs;
      },
      retryableDecider: (attempt, status) => !ended && usual.retryableDecider(attempt, status),
    }),
    /** Resolves when no retry is due any more. */
    async end(): Promise<void> {
      ended = true;
      const leftMs = nextUntil - performance.now();
      if (leftMs > 0) await delay(leftMs + 10);
    },
  };
}

/** Rejects once the deadline has passed, whatever the transport still tries. */
export async function withinDeadline<Value>(
  client: Client,
  call: () => Promise<Value>,
  deadlineMs = temporalDeadlineMs,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Temporal did not answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  const answer = client.withDeadline(Date.now() + deadlineMs, call);
  // Once the race is lost nobody awaits it.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** gRPC status of what a call to Temporal threw; undefined for anything else. */
export function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(address);
}
