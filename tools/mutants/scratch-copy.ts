import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../check/tool.ts';
import type { Edit } from './mutants.ts';

/** A copy of the source as it is, with what is not committed yet, to be broken: the working tree is never touched. */
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
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  // One that was deleted is still listed until that is committed.
  const files = listed.split('\0').filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
  for (const path of files) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(repositoryRoot, path), target, { verbatimSymlinks: true });
  }
  symlinkSync(join(repositoryRoot, 'node_modules'), join(directory, 'node_modules'));
  const originals = new Map<string, string>();
  return {
    directory,
    apply(edits) {
      for (const { file, find, replace } of edits) {
        const path = join(directory, file);
        const text = readFileSync(path, 'utf8');
        if (!originals.has(path)) originals.set(path, text);
        const parts = text.split(find);
        if (parts.length !== 2)
          throw new Error(`${file}: found ${parts.length - 1} times, not once:\n${find}`);
        writeFileSync(path, parts.join(replace));
      }
    },
    restore() {
      for (const [path, text] of originals) writeFileSync(path, text);
      originals.clear();
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
