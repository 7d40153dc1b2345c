/** A small site on localhost, for the tests. Pages below /slow/ answer nothing until the site is closed. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Site {
  readonly url: string;
  /** Paths in the order in which they were asked for. */
  readonly asked: readonly string[];
  /** How many pages that answer nothing are being asked for now. */
  waiting(): number;
  close(): Promise<void>;
}

const link = (path: string) => `<a href="${path}">${path}</a>`;
const html = (title: string, ...links: readonly string[]) =>
  `<!doctype html><html><head><title>${title}</title><script>"<a href='/not-a-link'>"</script></head><body>${links.map(link).join('\n')}</body></html>`;

const pages: Readonly<Record<string, string>> = {
  '/': html(
    'Home &amp; garden',
    '/about',
    '/news?page=1',
    '/private/diary',
    '/missing',
    '#top',
    'https://example.org/',
  ),
  '/about': html('About', '/', '/about/people'),
  '/about/people': html('People', '/about/people/deep'),
  '/about/people/deep': html('Deep', '/deeper'),
  '/deeper': html('Deeper'),
  '/news?page=1': html('News', '/moved', '/away', '/large'),
  '/new-home': html('New home'),
  '/hold': html('Hold', '/slow/1', '/slow/2', '/slow/3'),
  '/large': `${html('Large')}${' '.repeat(50_000)}`,
};

const ROBOTS = 'User-agent: somebody\nDisallow: /\n\nUser-agent: *\nDisallow: /private/\n';

export async function openSite(): Promise<Site> {
  const asked: string[] = [];
  let waiting = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (path.startsWith('/slow/')) {
      waiting += 1;
      response.on('close', () => (waiting -= 1));
      return;
    }
    if (path === '/robots.txt') return void response.end(ROBOTS);
    if (path === '/moved') return void response.writeHead(301, { location: '/new-home' }).end();
    if (path === '/away') return void response.writeHead(302, { location: 'http://example.org/' }).end();
    const page = pages[path];
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page ?? html('Not found'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    waiting: () => waiting,
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
}
