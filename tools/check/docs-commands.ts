/** A command that a page tells the reader to type must exist. */
import { readManifest } from './package-rules.ts';
import type { RepositoryFile } from './repository-files.ts';
import type { Findings } from './tool.ts';

/** `npm run demo -- --keep` -> `demo`; `npm test` -> `test`; text that only speaks of npm gives nothing. */
const scriptsNamedIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bnpm (?:run(?:-script)? )?([a-z][\w:-]*)/g)].flatMap((match) => {
    const name = match[1] ?? '';
    if (match[0].startsWith('npm run')) return [name];
    return name === 'test' || name === 'start' ? [name] : [];
  });

export const docsCommandsExist = (files: readonly RepositoryFile[]): Findings => {
  const scripts = new Set(Object.keys(readManifest().scripts));
  return files
    .filter((file) => file.path.endsWith('.md'))
    .flatMap((file) =>
      scriptsNamedIn(file.text())
        .filter((name) => !scripts.has(name))
        .map((name) => `${file.path}: names the script "${name}", which package.json does not have`),
    );
};
