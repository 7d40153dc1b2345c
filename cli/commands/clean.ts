import { join } from 'node:path';
import type { Cleaned } from '../../client/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { configOf, type GlobalOptions, withClient } from '../session.ts';
import { plain, size } from '../text.ts';

export interface CleanCommandOptions extends GlobalOptions {
  readonly dryRun?: boolean;
  readonly keepDays?: number;
  readonly keepCallsDays?: number;
}

/** Removes artefacts that nothing needs any more, or says which they are. */
export function clean(options: CleanCommandOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const cleaned = await client.clean({
      store: join(configOf(options).dataDirectory, 'artefacts'),
      ...(options.dryRun ? { dryRun: true } : {}),
      ...(options.keepDays === undefined ? {} : { keepDays: options.keepDays }),
      ...(options.keepCallsDays === undefined ? {} : { keepCallsDays: options.keepCallsDays }),
    });
    output.record({ dryRun: options.dryRun ?? false, ...cleaned });
    output.text(cleanedText(cleaned, options.dryRun ?? false));
    for (const path of cleaned.strange)
      output.note(`left alone, nothing that an attempt writes: ${plain(path, 200)}`);
    return exitCodes.completed;
  });
}

function cleanedText({ files, bytes, memoryEntries, calls }: Cleaned, dryRun: boolean): string {
  const verb = dryRun ? 'would remove' : 'removed';
  const counts = `${files.length} files (${size(bytes)}) and ${memoryEntries} entries of step memory`;
  const records = `${calls.duplicateCalls} submits that started nothing, ${calls.idempotencyKeys} idempotency keys, ${calls.refusedWrites} refused writes, ${calls.workers} workers that are gone`;
  return [...files, `${verb} ${counts}`, `${verb} from the ledger: ${records}`].join('\n');
}
