/** Rules about package.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { repositoryRoot, type Findings } from './tool.ts';

const versions = z.record(z.string(), z.string()).default({});

const manifestSchema = z.object({
  scripts: versions,
  dependencies: versions,
  optionalDependencies: versions,
  devDependencies: versions,
  overrides: versions,
});

export const readManifest = (): z.infer<typeof manifestSchema> =>
  manifestSchema.parse(JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')));

const exactVersion = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const maxScripts = 12;

export const dependenciesPinned = (): Findings => {
  const { dependencies, optionalDependencies, devDependencies, overrides } = readManifest();
  return Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies, ...overrides })
    .filter(([, version]) => !exactVersion.test(version))
    .map(([name, version]) => `package.json: ${name} is "${version}", not one exact version`);
};

export const scriptsFew = (): Findings => {
  const names = Object.keys(readManifest().scripts);
  return names.length > maxScripts ? [`package.json: ${names.length} scripts (${names.join(' ')})`] : [];
};
