import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The network between two processes on this machine, with its faults. */
export interface Proxy {
  /** `host:port`, as Temporal's address. */
  readonly address: string;
  through(url: string): string;
  /** Ends every connection and refuses new ones, until `resume`. */
  shut(): void;
  /** Passes nothing on (`answers`: nothing of the server's) and ends nothing, until `resume`. */
  silence(what: 'all' | 'answers'): void;
  /** Holds back the next request that matches, and all after it on its connection; resolves when it has one. */
  holdRequest(asked: RegExp): Promise<void>;
  /** Lets everything through again, what was held first. */
  resume(): void;
  /** On a connection that asked for the one, loses the next answer that is the other, and the connection with it. */
  loseAnswer(asked: RegExp, answered: RegExp): Promise<void>;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** The last 64 kB that the client said, in Latin-1, so that a pattern can match any bytes. */
  said: string;
  isHeld: boolean;
}

type Watch = { request: (link: Link) => void; answer: (link: Link, text: string) => void };

export async function startProxy(serverPort: number): Promise<Proxy> {
  const links = new Set<Link>();
  const faults = { shut: false, requests: false, answers: false };
  const watch: Watch = { request: () => {}, answer: () => {} };
  const server = createServer((client) => {
    if (faults.shut) return void client.destroy();
    const link: Link = { client, server: connect(serverPort, '127.0.0.1'), said: '', isHeld: false };
    links.add(link);
    client.once('close', () => links.delete(link));
    passOn(client, link.server, (text) => {
      link.said = (link.said + text).slice(-65_536);
      watch.request(link);
      return faults.requests || link.isHeld;
    });
    passOn(link.server, client, (text) => {
      watch.answer(link, text);
      return faults.answers;
    });
  });
  const cut = () => links.forEach(({ client }) => client.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return {
    address: `127.0.0.1:${port}`,
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    shut() {
      faults.shut = true;
      cut();
    },
    silence: (what) => void Object.assign(faults, { answers: true, requests: what === 'all' }),
    holdRequest: (asked) =>
      new Promise((resolve) => {
        watch.request = (link) => {
          if (!asked.test(link.said)) return;
          watch.request = () => {};
          resolve(void (link.isHeld = true));
        };
      }),
    resume() {
      Object.assign(faults, { shut: false, requests: false, answers: false });
      for (const link of links) link.isHeld = false;
      for (const { client, server: upstream } of links) for (const end of [client, upstream]) end.resume();
    },
    loseAnswer: (asked, answered) =>
      new Promise((resolve) => {
        watch.answer = (link, text) => {
          if (!asked.test(link.said) || !answered.test(text)) return;
          watch.answer = () => {};
          resolve(void link.client.destroy());
        };
      }),
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

function passOn(from: Socket, to: Socket, isHeldBack: (text: string) => boolean): void {
  from.setNoDelay(true).on('error', () => {});
  from.on('close', () => to.destroy());
  from.on('data', (bytes: Buffer) => {
    if (!isHeldBack(bytes.toString('latin1'))) return void to.write(bytes);
    from.pause();
    from.unshift(bytes);
  });
}
