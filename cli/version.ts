import { readFileSync } from 'node:fs';

/** Of package.json, which lies one folder up in a checkout and two in the built package. */
export function productVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        version?: string;
      };
      if (parsed.version !== undefined) return parsed.version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
