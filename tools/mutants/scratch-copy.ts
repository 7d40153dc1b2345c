import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../check/tool.ts';
import type { Edit } from './mutants.ts';

/** A copy of the tracked files, to be broken: the working tree is never touched. */
export interface ScratchCopy {
  readonly directory: string;
  /** Throws unless each text is found exactly once: a mutant that no longer fits the source must be rewritten. */
  apply(edits: readonly Edit[]): void;
  /** Puts back what `apply` changed. */
  restore(): void;
  remove(): void;
}

export function makeScratchCopy(): ScratchCopy {
  const directory = mkdtempSync(join(tmpdir(), 'onceflow-mutants-'));
  const tracked = execFileSync('git', ['ls-files', '-z'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  for (const path of tracked.split('\0').filter((name) => name !== '')) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(repositoryRoot, path), target, { verbatimSymlinks: true, force: true });
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(directory, 'node_modules'));
  const original = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
  const changed = new Set<string>();
  return {
    directory,
    apply(edits) {
      for (const { file, find, replace } of edits) {
        const path = join(directory, file);
        const parts = readFileSync(path, 'utf8').split(find);
        if (parts.length !== 2)
          throw new Error(`${file}: found ${parts.length - 1} times, not once:\n${find}`);
        writeFileSync(path, parts.join(replace));
        changed.add(file);
      }
    },
    restore() {
      for (const file of changed) writeFileSync(join(directory, file), original(file));
      changed.clear();
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
