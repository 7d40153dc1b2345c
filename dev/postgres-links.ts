import { readFile, symlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { StackError } from './errors.ts';

/** Both paths begin at the root of the package. */
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * npm packages hold no links, so the names by which Postgres loads its libraries are made by an install script, which
 * many do not let run (`ignore-scripts`): what it would have made is made here. `root` holds bin, lib and share.
 */
export async function makeMissingLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of links.parse(JSON.parse(list))) {
    const link = join(root, relative('native', target));
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw notMade(error);
    });
  }
}

function notMade(error: NodeJS.ErrnoException): StackError {
  return new StackError(
    'POSTGRES_UNAVAILABLE',
    `the install script of the package with Postgres has not run, and its links cannot be made now (${error.code})`,
    'run `npm rebuild` with install scripts allowed, or start once as a user who may write to node_modules',
    error,
  );
}
