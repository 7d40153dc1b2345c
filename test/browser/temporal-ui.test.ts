import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { type Browser, openBrowser, whyNoBrowser } from '../support/browser.ts';
import { eventually } from '../support/flow.ts';
import { launch, penguins, type Product, startProduct } from '../support/product.ts';

/** What an operator does in the Temporal UI, in the order of doing it: each test goes on where the last one stopped. */
const why = whyNoBrowser();
const polling = { timeout: 20_000 };
const film = { kind: 'video', resourceId: 'film' } as const;

if (why) console.warn(`The tests of the Temporal UI are skipped: ${why}`);

describe.skipIf(why)('the Temporal UI', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct({ ui: 'on' }), openBrowser()]);
    page = browser.page;
    const video = await product.client.submit('video', film.resourceId, { source: product.place(launch) });
    const table = await product.client.submit('profiling', 'table', { source: product.place(penguins) });
    // By hand, and of a resource that nobody has put.
    await product.temporal.workflow.start('video', { workflowId: 'video:nobody', taskQueue: 'control' });
    await product.client.result(table);
    await product.client.result(video);
    await eventually('the workflow is closed', async () => {
      const { status } = await product.temporal.workflow.getHandle('video:film').describe();
      return status.name === 'COMPLETED';
    });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  it('finds an analysis by its kind and its resource', async () => {
    await page.goto(`${product.embedded.temporalUiUrl}/namespaces/default/workflows`);
    await listed(['profiling:table', 'video:film', 'video:nobody']);
    await filter('AnalysisKind', film.kind);
    await listed(['video:film', 'video:nobody']);
    await filter('ResourceId', film.resourceId);
    await listed(['video:film']);
  });

  it('reads the steps and what each is for', async () => {
    await page.getByRole('link', { name: 'video:film', exact: true }).click();
    await page.getByText('video.digest • sha256 of the file').waitFor();
    const list = page.getByRole('button', { name: /^Event / });
    const names = await list.evaluateAll((steps) => steps.map((step) => step.textContent?.trim()));
    expect(names.sort()).toEqual([
      'claim',
      'commit • makes the result the one that stands',
      'video.audio • loudness and silence of the audio track',
      'video.chunk • decode and measure every frame (chunk-0)',
      'video.digest • sha256 of the file',
      'video.keyframes • an image of every shot, sprite and poster',
      'video.probe • container, streams and packets; chunks are planned',
      'video.result • join chunks, decide on cuts, write the result',
      'video.speech • where somebody speaks',
      'video.text • text on the keyframes',
    ]);
  });

  it('reads what the workflow is about and how it ended', async () => {
    await page.getByRole('tab', { name: 'User Metadata' }).click();
    await expect.poll(metadata, polling).toContain('8.1 s, 640x360 vp8');
    await expect.poll(metadata, polling).toContain('video of film');
    await expect.poll(metadata, polling).toContain('policy no-repeat');
    expect(await metadata()).toContain('completed: generation 1');
  });

  it('resets a finished video: one new generation, which repeats only what comes after the point', async () => {
    const point = /(\d+): video\.keyframes/.exec(await metadata())?.[1];
    expect(point).toBeDefined();
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Reset Workflow' });
    await dialog.locator('#reset-event-id-select, [aria-controls="reset-event-id-select"]').first().click();
    await dialog.getByRole('option', { name: `${point} - WorkflowTaskCompleted` }).click();
    await dialog.getByRole('textbox', { name: 'Enter a reason' }).fill('shown to an operator');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'hidden' });

    // The ledger hears of it from the first step that runs.
    await eventually('generation 2', async () => (await product.client.get(film))?.run?.generation === 2);
    const result = await product.client.result({ ...film, generation: 2 });
    expect(result.generation).toBe(2);
    const view = await product.client.get(film);
    expect(view).toMatchObject({ state: 'completed', run: { generation: 2, trigger: 'reset' } });
    const steps = await product.client.steps({ ...film, generation: 2 });
    expect([...new Set(steps.map((step) => step.step))].sort()).toEqual([
      'video.keyframes',
      'video.result',
      'video.speech',
      'video.text',
    ]);
  });

  it('shows the new generation in its search attributes and memo', async () => {
    await page.getByRole('link', { name: 'Back to Workflows' }).click();
    await listed(['video:film', 'video:film']);
    await filter('Generation', '2');
    await listed(['video:film']);
    await page.getByRole('link', { name: 'video:film', exact: true }).click();
    await page.getByRole('tab', { name: 'Search Attributes' }).click();
    const shown = page.getByRole('main');
    await expect.poll(() => shown.innerText(), polling).toMatch(/"Generation": 2/);
    const text = await shown.innerText();
    for (const line of ['"AnalysisKind": "video"', '"ResourceId": "film"', '"Trigger": "reset"']) {
      expect(text).toContain(line);
    }
    await page.getByRole('tab', { name: 'Memo' }).click();
    await expect.poll(() => shown.innerText(), polling).toMatch(/"generation": 2/);
  });

  async function listed(workflowIds: readonly string[]): Promise<void> {
    const links = page.getByRole('link', { name: /^(video|profiling):/ });
    await expect.poll(async () => (await links.allInnerTexts()).sort(), polling).toEqual(workflowIds);
  }

  async function filter(attribute: string, value: string): Promise<void> {
    await page.getByRole('button', { name: 'Add Filter' }).click();
    await page.getByRole('menuitem', { name: new RegExp(`^${attribute} `) }).click();
    await page.getByPlaceholder(/^Enter (value|a number)/).fill(value);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL((url) => (url.searchParams.get('query') ?? '').includes(attribute));
  }

  /** Summary, details and current details; the UI renders each in a frame of its own. */
  async function metadata(): Promise<string> {
    const frames = await page.locator('iframe').all();
    const texts = frames.map((frame) => frame.contentFrame().locator('body').innerText());
    return (await Promise.all(texts)).join('\n');
  }
});
