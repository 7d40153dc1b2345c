import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

const longestName = 80;

/**
 * The resource id of a file: its name as a slug, readable in every list, and eight digits of the sha256 of its real
 * path, so that two files of one name differ and one file by two names does not.
 */
export async function resourceIdOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => resolve(path));
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 8);
  const name = slug(basename(real));
  return name === '' ? hash : `${name}-${hash}`;
}

function slug(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/-+\./g, '.')
    .slice(0, longestName)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
}
