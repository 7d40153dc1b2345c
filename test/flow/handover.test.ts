import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandoverOptions, leavingDirectory, openHandover } from '../../activities/frame/handover.ts';

/** What steps leave for later ones: one taker, bounds of room and time, and nothing that stays. */
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'handover-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (options: Partial<HandoverOptions> = {}) =>
  openHandover({ base: join(home, 'base'), ...options });

function attempt(name: string, content?: string): string {
  const directory = join(home, name);
  mkdirSync(directory);
  if (content === undefined) return directory;
  mkdirSync(leavingDirectory(directory));
  writeFileSync(join(leavingDirectory(directory), 'file'), content);
  return directory;
}

function kept(): readonly string[] {
  const all = readdirSync(join(home, 'base'), { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('what an attempt leaves is moved to one that takes it, once', async () => {
  const handover = open();
  const from = attempt('from', 'pixels');
  await handover.keep(7, from);
  expect(readdirSync(from)).toEqual([]);
  const taker = attempt('taker');
  const at = await handover.take(7, taker);
  expect(readFileSync(join(at ?? '', 'file'), 'utf8')).toBe('pixels');
  expect(at?.startsWith(taker)).toBe(true);
  expect([await handover.take(7, taker), await handover.take(8, taker), kept()]).toEqual([null, null, []]);
});

test('an attempt that left nothing, or more than there is room for, leaves nothing', async () => {
  const handover = open({ mostBytes: 4 });
  await handover.keep(1, attempt('nothing'));
  await handover.keep(2, attempt('much', 'pixels'));
  const taker = attempt('taker');
  expect([await handover.take(1, taker), await handover.take(2, taker)]).toEqual([null, null]);
});

test('the oldest makes room, what nobody takes goes after a while, and all goes at the end', async () => {
  const handover = open({ mostBytes: 10, keptMs: 60_000 });
  for (const fence of [1, 2, 3]) await handover.keep(fence, attempt(`from-${fence}`, '12345'));
  expect(await handover.take(1, attempt('taker'))).toBe(null);
  expect(kept()).toEqual(['file', 'file']);
  await handover.drop(2);
  expect(kept()).toEqual(['file']);
  await handover.close();
  expect(kept()).toEqual([]);

  const brief = open({ keptMs: 20 });
  await brief.keep(4, attempt('from-4', '12345'));
  for (let waited = 0; kept().length > 0 && waited < 5_000; waited += 20) await delay(20);
  expect(kept()).toEqual([]);
});
