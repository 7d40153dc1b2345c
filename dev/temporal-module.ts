import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** The newest CLI whose module builds by itself. */
export const moduleVersion = '1.8.2';

const moduleFile = `module tools/temporal-cli
go 1.26.4
require github.com/temporalio/cli v${moduleVersion}
replace github.com/temporalio/cli/cliext => github.com/temporalio/cli/cliext v0.0.0-20260731000218-c579925f193f
tool github.com/temporalio/cli/cmd/temporal
`;

export interface ModuleSettings {
  readonly scratch: string;
  readonly searchPath: string | undefined;
  readonly onProgress: (line: string) => void;
}

/**
 * Builds the CLI with the Go that is installed, in a module of its own: `go install` refuses a module with a replace
 * directive. About two minutes of fetching and five of building.
 */
export async function buildModule({ scratch, searchPath, onProgress }: ModuleSettings): Promise<string> {
  const directory = join(scratch, 'module');
  const binary = join(scratch, 'temporal');
  const options = { directory, searchPath, timeoutMs: 20 * 60_000 };
  await mkdir(directory);
  await writeFile(join(directory, 'go.mod'), moduleFile);
  await runProgram(['go', 'version'], { ...options, timeoutMs: 60_000 });
  onProgress('fetching the Go modules of the Temporal CLI (about two minutes)');
  await runProgram(['go', 'mod', 'tidy'], options);
  onProgress('building the Temporal CLI (about five minutes)');
  const named = `-X github.com/temporalio/cli/internal/temporalcli.Version=${moduleVersion}`;
  const build = [
    'build',
    '-ldflags',
    `-s -w ${named}`,
    '-o',
    binary,
    'github.com/temporalio/cli/cmd/temporal',
  ];
  await runProgram(['env', 'CGO_ENABLED=0', 'go', ...build], options);
  return binary;
}
