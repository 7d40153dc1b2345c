/** What of an archive deserves a word without holding anything back. Pure. */
import type { Alert } from '../envelope.ts';
import type { ContentFound } from './found.ts';

export function archiveAlerts({ archive }: ContentFound): readonly Alert[] {
  if (!archive) return [];
  const alert = (code: string, severity: Alert['severity'], message: string, value: number): Alert => ({
    ...{ code, severity, message, value, where: null, threshold: 0 },
  });
  return [
    archive.n_nested_archives > 0 &&
      alert(
        'NESTED_ARCHIVES',
        'info',
        `${archive.n_nested_archives} entries are archives themselves, and were not looked into.`,
        archive.n_nested_archives,
      ),
    archive.n_duplicate_names > 0 &&
      alert(
        'DUPLICATE_NAMES',
        'warning',
        `${archive.n_duplicate_names} entries have the name of an entry before them.`,
        archive.n_duplicate_names,
      ),
    !archive.complete && {
      ...alert(
        'LISTING_INCOMPLETE',
        'warning',
        `Not all of the archive is listed: ${archive.reason ?? 'no reason given'}.`,
        archive.n_entries,
      ),
      threshold: null,
    },
  ].filter((one) => one !== false);
}
