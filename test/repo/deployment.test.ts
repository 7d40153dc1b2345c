/** The deployment files repeat a few names of the code: here they are compared with it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../config/settings.ts';
import { searchAttributes, temporalNamespace } from '../../dev/temporal-setup.ts';

const repository = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

test('every ONCEFLOW_ variable that a container gets is a setting', () => {
  const known = new Set<string>(Object.values(settings).map((setting) => setting.env));
  const given = [
    ...[...read('docker-compose.yml').matchAll(/^\s+(ONCEFLOW_\w+):/gm)],
    ...[...read('Dockerfile').matchAll(/\b(ONCEFLOW_\w+)=/g)],
  ].map((match) => match[1] ?? '');
  expect(given).not.toEqual([]);
  expect(given.filter((name) => !known.has(name))).toEqual([]);
});

test('the namespace job makes the search attributes that the embedded stack makes', () => {
  const script = read('deploy/temporal/namespace.sh');
  const keywords = /for attribute in ([\w ]+);/.exec(script)?.[1]?.split(' ') ?? [];
  const numbers = [...script.matchAll(/--name (\w+) --type Int/g)].map((match) => match[1] ?? '');
  const made = Object.fromEntries([
    ...keywords.map((name) => [name, 'Keyword'] as const),
    ...numbers.map((name) => [name, 'Int'] as const),
  ]);
  expect(made).toEqual(searchAttributes);
  expect(read('docker-compose.yml')).toContain(`TEMPORAL_NAMESPACE: ${temporalNamespace}`);
});

test('server, schema tool and namespace job are of one version', () => {
  const versions = [...read('docker-compose.yml').matchAll(/temporalio\/(?:server|admin-tools):([\w.]+)/g)];
  expect(new Set(versions.map((match) => match[1]))).toEqual(new Set(['1.31.2']));
});
