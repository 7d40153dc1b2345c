/** Fetches from one origin, with limits of time, size and redirects. */
import { StepFailure } from 'onceflow/activities';

export interface Fetched {
  readonly status: number;
  readonly contentType: string | null;
  /** At most as many bytes as asked for. */
  readonly body: Uint8Array;
  readonly cut: boolean;
  readonly redirects: number;
  /** Where the redirects led to. */
  readonly url: URL;
}

export interface FetchLimits {
  readonly bytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

const REDIRECTS_MOST = 3;

/** Throws StepFailure PAGE_TIMEOUT, PAGE_UNREACHABLE, PAGE_REDIRECTS. */
export async function fetchPage(start: URL, limits: FetchLimits): Promise<Fetched> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([limits.signal, timeout]);
  try {
    return await follow(start, limits, signal);
  } catch (cause) {
    limits.signal.throwIfAborted();
    if (cause instanceof StepFailure) throw cause;
    throw timeout.aborted ? tooSlow(start, limits.timeoutMs) : unreachable(start, cause);
  }
}

async function follow(start: URL, limits: FetchLimits, signal: AbortSignal): Promise<Fetched> {
  let url = start;
  for (let redirects = 0; redirects <= REDIRECTS_MOST; redirects += 1) {
    const headers = { 'user-agent': 'onceflow-domain-scan-example', accept: 'text/html,*/*;q=0.1' };
    const response = await fetch(url, { redirect: 'manual', signal, headers });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) {
      const { body, cut } = await readBody(response, limits);
      const contentType = response.headers.get('content-type');
      return { status: response.status, contentType, body, cut, redirects, url };
    }
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (next?.origin !== start.origin) throw leadsAway(start);
    url = next;
  }
  throw leadsAway(start);
}

async function readBody(response: Response, { bytes: most, onBytes }: FetchLimits) {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const room = most - bytes;
    chunks.push((chunk as Uint8Array).subarray(0, room));
    bytes += Math.min((chunk as Uint8Array).byteLength, room);
    onBytes(bytes);
    if ((chunk as Uint8Array).byteLength > room) return { body: Buffer.concat(chunks), cut: true };
  }
  return { body: Buffer.concat(chunks), cut: false };
}

function tooSlow(url: URL, timeoutMs: number): StepFailure {
  return new StepFailure({
    code: 'PAGE_TIMEOUT',
    message: `${shown(url)} did not answer within ${timeoutMs} ms.`,
    hint: 'Scan again, or allow it more time with page_timeout_ms.',
    retry: 'never',
  });
}

/** Tried again by itself: a connection that is refused now may be taken a second later. */
function unreachable(url: URL, cause: unknown): StepFailure {
  return new StepFailure({
    code: 'PAGE_UNREACHABLE',
    message: `${shown(url)} cannot be reached.`,
    hint: 'See whether the site is up, then scan again.',
    retry: 'backoff',
    cause,
  });
}

function leadsAway(url: URL): StepFailure {
  return new StepFailure({
    code: 'PAGE_REDIRECTS',
    message: `${shown(url)} redirects too often, or to another site.`,
    hint: 'Scan the site that it leads to.',
    retry: 'never',
  });
}

/** Without the path: a message must not look like a path of this machine. */
function shown(url: URL): string {
  return url.pathname === '/' ? url.host : `${url.host}, page ${url.pathname.slice(1)}`;
}
