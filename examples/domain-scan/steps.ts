import { StepFailure, type StepImplementation, type StepOutput, stepRecords } from 'onceflow/activities';
import { definition } from './definition.ts';
import { fetchPage, type FetchLimits } from './fetch-page.ts';
import type {
  Failed,
  FrontierDocument,
  FrontierInput,
  FrontierValue,
  PageDocument,
  PageInput,
  ResultInput,
  RobotsDocument,
  RobotsInput,
} from './flow.ts';
import { outlineOf } from './html.ts';
import { isAllowed, parseRobots } from './robots.ts';
import { type ScanParams, type ScanResult, scanResult } from './schemas.ts';

type Context = Parameters<StepImplementation>[0];

const ROBOTS_BYTES = 500_000;

const limitsOf = (context: Context, params: ScanParams, total: number): FetchLimits => ({
  bytes: total,
  timeoutMs: params.page_timeout_ms,
  signal: context.signal,
  onBytes: (done) => context.progress({ done, unit: 'bytes' }),
});

export const robots: StepImplementation<RobotsInput, null> = async (context, { params }) => {
  const url = new URL('/robots.txt', params.url);
  const { status, body } = await fetchPage(url, limitsOf(context, params, ROBOTS_BYTES));
  const document: RobotsDocument =
    status === 200
      ? { found: 'read', ...parseRobots(new TextDecoder().decode(body)) }
      : status < 500
        ? { found: 'none', allow: [], disallow: [] }
        : // RFC 9309: a site whose rules cannot be read allows nothing.
          { found: 'unreadable', allow: [], disallow: ['/'] };
  return { value: null, document };
};

export const frontier: StepImplementation<FrontierInput, FrontierValue> = async (context, input) => {
  const { params, round, pages } = input;
  const rules = (await context.output(input.robots)).document as RobotsDocument;
  const seen = new Set<string>();
  let fetched = 0;
  for (const fence of input.before) {
    const before = (await context.output(fence)).document as FrontierDocument;
    fetched += before.paths.length;
    for (const path of [...before.paths, ...before.disallowed, ...before.leftOut]) seen.add(path);
  }
  const found = new Set<string>(round === 0 ? [pathOf(new URL(params.url))] : []);
  for (const fence of pages) {
    const { paths } = (await context.output(fence)).document as PageDocument;
    for (const path of paths) if (!seen.has(path)) found.add(path);
  }
  const allowed = [...found].filter((path) => isAllowed(path, rules));
  const room = round > params.depth_max ? 0 : params.pages_max - fetched;
  const document: FrontierDocument = {
    paths: allowed.slice(0, room),
    disallowed: [...found].filter((path) => !isAllowed(path, rules)),
    leftOut: allowed.slice(room),
  };
  if (round === 0 && document.paths.length === 0) throw startDisallowed();
  return { value: { pages: document.paths.length }, document };
};

export const page: StepImplementation<PageInput, null> = async (context, input) => {
  const { params, index } = input;
  const { paths } = (await context.output(input.frontier)).document as FrontierDocument;
  const asked = paths[index] as string;
  const url = new URL(asked, params.url);
  const fetched = await fetchPage(url, limitsOf(context, params, params.page_bytes_max));
  const type = fetched.contentType?.split(';')[0]?.trim().toLowerCase() ?? null;
  const isPage = type === 'text/html' || type === 'application/xhtml+xml';
  const { title, links } = outlineOf(isPage ? new TextDecoder().decode(fetched.body) : '');
  const targets = links.flatMap((link) =>
    URL.canParse(link, fetched.url.href) ? [new URL(link, fetched.url)] : [],
  );
  const inside = targets.filter(({ origin }) => origin === url.origin);
  const document: PageDocument = {
    summary: {
      path: asked,
      http_status: fetched.status,
      content_type: type,
      title,
      links: targets.length,
      links_outside: targets.filter(
        ({ protocol, origin }) => /^https?:$/.test(protocol) && origin !== url.origin,
      ).length,
      body_bytes: fetched.body.byteLength,
      cut: fetched.cut,
      redirects: fetched.redirects,
    },
    paths: [...new Set(inside.map(pathOf))],
  };
  return { value: null, document };
};

export const result: StepImplementation<ResultInput, { headline: string }> = async (context, input) => {
  const { params } = input;
  const rules = await context.output(input.robots);
  const frontiers = await all(context, input.frontiers);
  const pages = await all(context, input.pages);
  const failed = await Promise.all(input.failed.map((one) => named(context, one)));
  if (pages.length === 0) throw nothingFetched(failed[0]?.message);
  const documents = frontiers.map((output) => output.document as FrontierDocument);
  const summaries = pages.map((output) => (output.document as PageDocument).summary);
  const errors = summaries.filter((summary) => summary.http_status >= 400);
  const { host, origin } = new URL(params.url);
  const headline = `${host}: ${summaries.length} pages, ${errors.length} with an error, ${failed.length} not fetched`;
  const document: ScanResult = scanResult.parse({
    schema: definition.resultSchema,
    resource: { id: context.resourceId },
    status: failed.length === 0 ? 'complete' : 'partial',
    steps: stepRecords(definition, [rules, ...frontiers, ...pages], () => ({ tool: 'fetch' })),
    summary: { headline, facts: [] },
    alerts: errors.map((summary) => ({
      code: 'PAGE_ERROR',
      severity: 'warning',
      message: `answered with ${summary.http_status}`,
      where: summary.path,
      value: summary.http_status,
      threshold: 400,
    })),
    site: {
      origin,
      robots: (rules.document as RobotsDocument).found,
      pages: summaries,
      failed,
      disallowed: documents.reduce((sum, { disallowed }) => sum + disallowed.length, 0),
      left_out: documents.reduce((sum, { leftOut }) => sum + leftOut.length, 0),
    },
  });
  return { value: { headline }, document };
};

/** One after the other: there can be hundreds. */
async function all(context: Context, fences: readonly number[]): Promise<readonly StepOutput[]> {
  const outputs: StepOutput[] = [];
  for (const fence of fences) outputs.push(await context.output(fence));
  return outputs;
}

async function named(context: Context, { frontier: fence, index, code, message }: Failed) {
  const { paths } = (await context.output(fence)).document as FrontierDocument;
  return { path: paths[index] ?? '', code, message };
}

/** What tells pages apart: without the part behind `#`. */
function pathOf({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}

function startDisallowed(): StepFailure {
  return new StepFailure({
    code: 'SITE_DISALLOWED',
    message: 'The site does not allow its first page to be fetched, or its robots.txt cannot be read.',
    hint: 'Ask whoever runs the site.',
    retry: 'never',
  });
}

function nothingFetched(why: string | undefined): StepFailure {
  return new StepFailure({
    code: 'NO_PAGE_FETCHED',
    message: `No page could be fetched: ${why ?? 'there was none'}`,
    hint: 'See whether the site is up, then scan again.',
    retry: 'never',
  });
}
