import { connect, createServer } from 'node:net';

/** Everything that the embedded stack starts listens here and nowhere else. */
export const loopback = '127.0.0.1';

/**
 * A port on loopback that nothing listens on: the preferred one where it is free, else one that the kernel picks.
 * It is not reserved: whoever starts a server on it must be ready to be told that it was taken meanwhile.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const port = await tryToListen(preferred);
    if (port !== undefined) return port;
  }
  const port = await tryToListen(0);
  if (port === undefined) throw new Error('the kernel has no free port on loopback');
  return port;
}

/** Several free ports, no two the same. */
export async function freePorts(preferred: readonly (number | undefined)[]): Promise<number[]> {
  const ports: number[] = [];
  for (const wish of preferred) {
    let port = await freePort(wish);
    while (ports.includes(port)) port = await freePort();
    ports.push(port);
  }
  return ports;
}

function tryToListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}

/** Whether something accepts connections on this port of loopback. */
export function accepts(port: number, timeoutMs = 1000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: loopback });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
