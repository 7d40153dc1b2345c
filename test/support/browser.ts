import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** A real Chromium with a new, empty profile. */
export interface Browser {
  readonly page: Page;
  /** Ends Chromium and removes its profile. */
  close(): Promise<void>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of the first Chromium on PATH. */
function findChromium(): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return directories.flatMap((directory) => names.map((name) => join(directory, name))).find(isExecutable);
}

/** Why the tests in a browser cannot run here; undefined where they can. */
export function whyNoBrowser(): string | undefined {
  if (findChromium()) return undefined;
  return 'no Chromium on PATH; on Debian, as root: apt-get install --no-install-recommends chromium';
}

/** Throws when there is no Chromium: ask `whyNoBrowser` first. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(whyNoBrowser());
  const profile = await mkdtemp(join(tmpdir(), 'onceflow-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    // Root has no sandbox of Chromium's own; nothing but the stack of the test is opened.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    viewport: { width: 1280, height: 1000 },
    timezoneId: 'UTC',
  });
  return { page: await firstPage(context), close: () => close(context, profile) };
}

async function firstPage(context: BrowserContext): Promise<Page> {
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(30_000);
  return page;
}

async function close(context: BrowserContext, profile: string): Promise<void> {
  await context.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
