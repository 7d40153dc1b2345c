import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { StackError } from './errors.ts';

/** Makes the directory where missing, and resolves with its real path. Throws DATA_DIRECTORY_UNUSABLE. */
export async function openDataDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
    return await realpath(path);
  } catch (error) {
    throw new StackError(
      'DATA_DIRECTORY_UNUSABLE',
      `the data directory cannot be made or written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      'choose another with --data-directory or ONCEFLOW_DATA_DIRECTORY',
      error,
    );
  }
}
