import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${repository}docs/guarantees.md`, 'utf8');

interface Named {
  readonly file: string;
  readonly title: string;
}

const named: readonly Named[] = [...page.matchAll(/^- `(test\/[^`]+\.test\.ts)`: "(.+)"$/gm)].map(
  (match) => ({
    file: match[1] as string,
    title: match[2] as string,
  }),
);

test('the page of guarantees names tests for every promise', () => {
  const promises = page.split(/^## /m).filter((section) => section.includes('**Rests on**'));
  expect(promises.length).toBeGreaterThanOrEqual(4);
  for (const promise of promises) {
    expect(promise).toContain('**Does not promise**');
    expect(promise).toMatch(/^- `test\/.+`: ".+"$/m);
  }
});

test.each(named)('$file shows: $title', ({ file, title }) => {
  expect(existsSync(`${repository}${file}`), `${file} exists`).toBe(true);
  const titles =
    readFileSync(`${repository}${file}`, 'utf8').match(/'(?:[^'\\\n]|\\.)+'|"(?:[^"\\\n]|\\.)+"/g) ?? [];
  expect(titles.map((quoted) => quoted.slice(1, -1))).toContain(title);
});

test('each line of the lists is of that form', () => {
  expect(page.match(/^- /gm)).toHaveLength(named.length);
});
