/** Where npm packages lie: their folders may be read by the child, and models come in some of them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const searched = createRequire(import.meta.url).resolve.paths('onnxruntime-node') ?? [];

/** The folders named node_modules that this module sees. */
export function packageFolders(): readonly string[] {
  return searched.filter((folder) => folder.endsWith('node_modules') && existsSync(folder));
}

/** Null where the package is not installed. Packages need not export their manifest: they are looked for as files. */
export function packageFolder(name: string): string | null {
  return (
    packageFolders()
      .map((folder) => join(folder, name))
      .find((folder) => existsSync(folder)) ?? null
  );
}
