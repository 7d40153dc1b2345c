/** What stands between whitespace. */
import { SPACE } from './code-points.ts';

export function splitCounter(): { add(flags: number): void; end(): number } {
  let tokens = 0;
  let inside = false;
  return {
    add(flags) {
      const space = (flags & SPACE) !== 0;
      if (!space && !inside) tokens += 1;
      inside = !space;
    },
    end: () => tokens,
  };
}
