/** Rules about the text of files that no linter has. */
import type { RepositoryFile } from './repository-files.ts';
import type { Findings } from './tool.ts';

const maxLines = 250;

const isCode = (path: string): boolean =>
  /\.(ts|mts|mjs|js|tsx|css)$/.test(path) && !path.includes('fixtures/');
const isText = (path: string): boolean =>
  (/\.(ts|mts|mjs|js|tsx|css|json|md|sql|yml|yaml|sh|toml|html)$/.test(path) || !/\.[^/]+$/.test(path)) &&
  !/(^|\/)(fixtures|media|histories)\//.test(path.replace(/^media\//, ''));

export const filesShort = (files: readonly RepositoryFile[]): Findings =>
  files
    .filter((file) => isCode(file.path))
    .map((file) => ({ path: file.path, lines: file.text().split('\n').length - 1 }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ path, lines }) => `${path}: ${lines} lines, at most ${maxLines}. Split it by what it does.`);

/** Home directories and work places of some machine. `/root` and `/home/x` of a container are not needed either. */
const machinePath = /(?<![\w.@~-])\/(?:work|root|home\/\w+|Users\/\w+)\//;
const registryHost =
  /\b(?:registry\.(?:npmjs|yarnpkg)\.(?:org|com)|(?:files\.)?py(?:pi|thonhosted)\.org|proxy\.golang\.org|deb\.debian\.org)\b/;

const suspicious = (line: string): string | undefined => {
  if (machinePath.test(line)) return 'names a path of one machine';
  if (registryHost.test(line)) return 'names a package registry: the package manager is configured outside';
  return undefined;
};

/** The lock file is checked like any other: with `omit-lockfile-registry-resolved` it names no host. */
export const namesNoMachine = (files: readonly RepositoryFile[]): Findings =>
  files
    .filter((file) => isText(file.path) && file.path !== 'tools/check/source-rules.ts')
    .flatMap((file) =>
      file
        .text()
        .split('\n')
        .flatMap((line, index) => {
          const reason = suspicious(line);
          return reason === undefined
            ? []
            : [`${file.path}:${index + 1}: ${reason}: ${line.trim().slice(0, 120)}`];
        }),
    )
    .slice(0, 40);
