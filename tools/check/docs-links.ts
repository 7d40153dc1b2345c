/** A link from one page of the repository to another file of it must lead somewhere. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RepositoryFile } from './repository-files.ts';
import { type Findings, repositoryRoot } from './tool.ts';

const linkTargets = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

export const docsLinksLeadSomewhere = (files: readonly RepositoryFile[]): Findings =>
  files
    .filter((file) => file.path.endsWith('.md'))
    .flatMap((file) =>
      linkTargets(file.text())
        .filter((target) => !existsSync(join(repositoryRoot, dirname(file.path), target)))
        .map((target) => `${file.path}: links to ${target}, which is not there`),
    );
