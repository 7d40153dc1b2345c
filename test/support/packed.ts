/**
 * What `npm pack` makes, laid into a project as an install would: the tarball unpacked as node_modules/onceflow, and
 * beside it, linked, the third-party packages of this repository's own lock. Nothing of the sources is reachable from there.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');

export interface Packed {
  /** A copy of the folder, with the package installed in it. */
  projectFrom(folder: string): Promise<string>;
  remove(): void;
}

export async function packOnce(): Promise<Packed> {
  const home = mkdtempSync(join(tmpdir(), 'onceflow-packed-'));
  const options = { cwd: repository, maxBuffer: 64 * 1024 * 1024 };
  await run('npm', ['pack', '--pack-destination', home], options);
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz')) ?? '';
  return {
    async projectFrom(folder) {
      const project = mkdtempSync(join(home, 'project-'));
      cpSync(folder, project, { recursive: true, filter: (path) => !path.includes('node_modules') });
      const installed = join(project, 'node_modules', 'onceflow');
      mkdirSync(installed, { recursive: true });
      await run('tar', ['-xzf', join(home, tarball), '-C', installed, '--strip-components', '1']);
      linkPackages(join(project, 'node_modules'));
      return project;
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function linkPackages(modules: string): void {
  const own = join(repository, 'node_modules');
  for (const name of readdirSync(own)) {
    if (name.startsWith('.') || existsSync(join(modules, name))) continue;
    symlinkSync(join(own, name), join(modules, name));
  }
}
