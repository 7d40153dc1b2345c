import { after, test } from 'node:test';
import { conformance } from 'onceflow/conformance';
import { openSite } from './site.ts';

const site = await openSite();
const params = { url: site.url, depth_max: 1 };
const suite = conformance({
  modules: [new URL('../index.ts', import.meta.url).pathname],
  // The first page that robots.txt does not allow.
  samples: [
    {
      kind: 'domain-scan',
      good: { params },
      bad: { params: { url: `${site.url}private/diary` }, code: 'SITE_DISALLOWED' },
    },
  ],
  cancelWithinMs: 8_000,
});
after(async () => {
  await suite.stop();
  await site.close();
});

for (const { title, run } of suite.cases) test(title, { timeout: suite.timeoutMs }, run);
