import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInImplementations } from '../activities/registry.ts';
import { builtInKinds } from '../kinds/registry.ts';
import type { Kinds } from './kinds.ts';

export const builtIn: Kinds = {
  definitions: builtInKinds,
  implementations: builtInImplementations,
  // Source in a checkout, compiled in the package.
  workflowsPath: fileURLToPath(new URL(`../workflows/index${extname(import.meta.url)}`, import.meta.url)),
};
