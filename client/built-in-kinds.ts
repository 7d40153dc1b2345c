import type { z } from 'zod';
import { imageParamsSchema } from '../kinds/image/params-schema.ts';
import { audioParamsSchema } from '../kinds/audio/params-schema.ts';
import { profilingParamsSchema } from '../kinds/profiling/params-schema.ts';
import { largeFileParamsSchema } from '../kinds/large-file/params-schema.ts';
import { builtInKinds as definitions } from '../kinds/registry.ts';
import { uploadParamsSchema } from '../kinds/upload/params-schema.ts';
import { videoParamsSchema } from '../kinds/video/params-schema.ts';
import type { KindEntry } from './kinds.ts';

/** Apart from the definitions, because workflows import those and may not load zod. */
const paramsSchemas: Readonly<Record<string, z.ZodType>> = {
  video: videoParamsSchema,
  image: imageParamsSchema,
  audio: audioParamsSchema,
  profiling: profilingParamsSchema,
  upload: uploadParamsSchema,
  'large-file': largeFileParamsSchema,
};

export const builtInKinds: readonly KindEntry[] = definitions.map((definition) => {
  const params = paramsSchemas[definition.kind];
  return params ? { definition, params } : { definition };
});
