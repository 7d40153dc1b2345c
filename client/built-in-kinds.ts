import { audioParamsSchema } from '../kinds/audio/params-schema.ts';
import { audioResultSchema } from '../kinds/audio/result.ts';
import { imageParamsSchema } from '../kinds/image/params-schema.ts';
import { imageResultSchema } from '../kinds/image/result.ts';
import { profilingParamsSchema } from '../kinds/profiling/params-schema.ts';
import { largeFileParamsSchema } from '../kinds/large-file/params-schema.ts';
import { largeFileResultSchema } from '../kinds/large-file/result.ts';
import { profilingResultSchema } from '../kinds/profiling/result.ts';
import { builtInKinds as definitions } from '../kinds/registry.ts';
import { textParamsSchema } from '../kinds/text/params-schema.ts';
import { textResultSchema } from '../kinds/text/result.ts';
import { uploadParamsSchema } from '../kinds/upload/params-schema.ts';
import { uploadResultSchema } from '../kinds/upload/result.ts';
import { videoParamsSchema } from '../kinds/video/params-schema.ts';
import { videoResultSchema } from '../kinds/video/result.ts';
import type { Schema } from '../outside/kind-module.ts';
import { loadKinds } from '../outside/load.ts';
import type { KindEntry } from './kinds.ts';

/** Apart from the definitions, because workflows import those and may not load zod. */
const paramsSchemas: Readonly<Record<string, Schema>> = {
  video: videoParamsSchema,
  image: imageParamsSchema,
  audio: audioParamsSchema,
  profiling: profilingParamsSchema,
  text: textParamsSchema,
  upload: uploadParamsSchema,
  'large-file': largeFileParamsSchema,
};

const resultSchemas: Readonly<Record<string, Schema>> = {
  video: videoResultSchema,
  audio: audioResultSchema,
  image: imageResultSchema,
  profiling: profilingResultSchema,
  text: textResultSchema,
  upload: uploadResultSchema,
  'large-file': largeFileResultSchema,
};

export const builtInKinds: readonly KindEntry[] = definitions.map((definition) => {
  const params = paramsSchemas[definition.kind];
  const result = resultSchemas[definition.kind];
  return { definition, ...(params ? { params } : {}), ...(result ? { result } : {}) };
});

/** Every kind there is: those built in, and those of the modules that are named. Throws KindModuleError. */
export async function allKinds(modules: readonly string[]): Promise<readonly KindEntry[]> {
  const taken = builtInKinds.map(({ definition }) => definition.kind);
  return [...builtInKinds, ...(await loadKinds(modules, { taken }))];
}
