import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
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
  const connection = Connection.lazy({
    ...options.connection,
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
  return new Client({ connection, namespace: options.namespace }) as Client & {
    readonly connection: Connection;
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
