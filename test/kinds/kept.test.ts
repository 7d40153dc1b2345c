import { expect, test } from 'vitest';
import { assertFits, keptFor } from '../../activities/frame/kept.ts';

const kept = { pin: '1:1:1', version: 2, state: { at: 7 } };

test('what an attempt kept is for the next one on the same bytes, of the same version of its step', () => {
  expect(keptFor(kept, '1:1:1', 2)).toEqual({ at: 7 });
  expect(keptFor(kept, '2:2:2', 2)).toBeUndefined();
  expect(keptFor(kept, null, 2)).toBeUndefined();
  expect(keptFor(kept, '1:1:1', 3)).toBeUndefined();
  expect(keptFor(null, null, 2)).toBeUndefined();
});

test('what is too large for a heartbeat is not kept, and names the step', () => {
  assertFits({ ...kept, state: 'x'.repeat(32 * 1024) }, 'large-file.chunk');
  expect(() => assertFits({ ...kept, state: 'x'.repeat(65 * 1024) }, 'large-file.chunk')).toThrow(
    /large-file.chunk/,
  );
});
