import { expect, test } from 'vitest';
import { profilingSettings } from '../../kinds/profiling/params.ts';
import { PANDAS_MISSING } from '../../media/table/cell-kind.ts';

// media/ may import no kind, so the list stands on both floors.
test('what the child takes for missing in a header is what the kind takes for missing in cells', () => {
  expect(PANDAS_MISSING).toEqual(['', ...profilingSettings({}).nullSpellings]);
});
