import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const runningStack = z.object({
  databaseUrl: z.string(),
  temporalAddress: z.string(),
  temporalNamespace: z.string(),
  temporalUiUrl: z.string().optional(),
});
export type RunningStack = Readonly<z.output<typeof runningStack>>;

/**
 * What `onceflow up` or `analyze` wrote about the embedded stack of this data directory; undefined when there is none.
 * The file may be older than a crash of that stack: only connecting proves that it runs.
 */
export async function readRunningStack(dataDirectory: string): Promise<RunningStack | undefined> {
  try {
    const parsed = runningStack.safeParse(
      JSON.parse(await readFile(join(dataDirectory, 'stack.json'), 'utf8')),
    );
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
