import { exitCodes } from '../exit-codes.ts';
import { type GlobalOptions, withClient } from '../session.ts';
import { table } from '../text.ts';
import { refOf } from './analyses.ts';

export interface SimilarCommandOptions extends GlobalOptions {
  readonly withinBits?: number;
  readonly limit?: number;
}

/** Images that look nearly the same, nearest first. */
export function similar(target: string, options: SimilarCommandOptions): Promise<number> {
  return withClient(options, async (client, output) => {
    const found = await client.similar(refOf(target), {
      ...(options.withinBits === undefined ? {} : { withinBits: options.withinBits }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    });
    for (const one of found) output.record(one);
    const rows = found.map((one) => [
      one.resourceId,
      String(one.distanceBits),
      String(one.dhashDistanceBits),
    ]);
    output.text(
      rows.length === 0
        ? 'No image looks nearly the same.'
        : table([['image', 'bits apart', 'dhash bits apart'], ...rows], [1, 2]),
    );
    return exitCodes.completed;
  });
}
