import { chownSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { limits, makeDirectory, MODES, shell, startWorkerAs } from './sandboxed.ts';

const NOBODY = 65_534;
const namespaced = MODES.filter(({ name }) => name === 'bwrap' || name === 'unshare');

describe.skipIf(process.getuid?.() !== 0).each(namespaced)('an ordinary user with $name', ({ without }) => {
  test('has a fork bomb stopped by the kernel', async () => {
    const directory = makeDirectory();
    chownSync(directory, NOBODY, NOBODY);
    // Eight doublings make 500 processes where nothing stops them.
    const line = `bomb() { if [ $1 -gt 0 ]; then bomb $(($1 - 1)) & bomb $(($1 - 1)) & wait; fi; sleep 0.5; }; bomb 8`;
    const spec = shell(line, { directory, limits: limits({ processes: 32, memory: 'resident' }) });
    const said = await text(startWorkerAs(NOBODY, { without }, spec).stdout);
    expect(said).toContain('Cannot fork');
    expect(said).not.toContain('error');
  });
});
