/** The files of the repository: those git knows, and new ones it would take; ignored ones do not count. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './tool.ts';

export interface RepositoryFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: () => string;
}

export const repositoryFiles = (): readonly RepositoryFile[] => {
  // The checkout may belong to another user than the one who checks it (a container's root): git would refuse.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const paths = execFileSync('git', args, { cwd: repositoryRoot, encoding: 'utf8' }).split('\0');
  return paths
    .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)))
    .map((path) => ({ path, text: () => readFileSync(join(repositoryRoot, path), 'utf8') }));
};
