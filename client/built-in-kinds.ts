import type { z } from 'zod';
import { profilingParamsSchema } from '../kinds/profiling/params-schema.ts';
import { builtInKinds as definitions } from '../kinds/registry.ts';
import { textParamsSchema } from '../kinds/text/params-schema.ts';
import { videoParamsSchema } from '../kinds/video/params-schema.ts';
import type { KindEntry } from './kinds.ts';

/** Apart from the definitions, because workflows import those and may not load zod. */
const paramsSchemas: Readonly<Record<string, z.ZodType>> = {
  video: videoParamsSchema,
  profiling: profilingParamsSchema,
  text: textParamsSchema,
};

export const builtInKinds: readonly KindEntry[] = definitions.map((definition) => {
  const params = paramsSchemas[definition.kind];
  return params ? { definition, params } : { definition };
});
