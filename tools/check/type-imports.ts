/**
 * Imports that are allowed as `import type` only. The import rules proper are dependency-cruiser's; its parser for
 * TypeScript 7 does not tell a type's import from a value's, so these few are read from the text.
 */
import type { RepositoryFile } from './repository-files.ts';
import type { Findings } from './tool.ts';

interface TypesOnly {
  readonly from: RegExp;
  readonly to: RegExp;
  readonly reason: string;
}

const rules: readonly TypesOnly[] = [
  {
    from: /^workflows\//,
    to: /^(\.\.\/)+activities\//,
    reason: 'a workflow takes only types of activities: a value would pull Node into its sandbox',
  },
  {
    from: /^outside\//,
    to: /^(\.\.\/)+activities\//,
    reason: 'the client loads kinds too: it must not load how their steps are done',
  },
  {
    from: /^(activities|cli|client|media|workers)\//,
    to: /^pg$/,
    reason: 'SQL stands in ledger/: hold a pool that ledger/ made, at most by its type',
  },
];

const importStatement = /^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;

/** Every import of a value, as written. */
const valueImports = (text: string): readonly string[] =>
  [...text.matchAll(importStatement)].map((match) => match[1] ?? match[2] ?? '');

export const typesImportedAsTypes = (files: readonly RepositoryFile[]): Findings =>
  rules.flatMap((rule) =>
    files
      .filter((file) => file.path.endsWith('.ts') && rule.from.test(file.path))
      .flatMap((file) =>
        valueImports(file.text())
          .filter((target) => rule.to.test(target))
          .map((target) => `${file.path}: import of ${target}: ${rule.reason}`),
      ),
  );
