import { mkdtempSync, rmSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { badAnswers } from './bad-answers.ts';
import { badWrites } from './bad-writes.ts';
import { check, rules } from './check.ts';
import { appendTo, readHistory } from './history.ts';
import { tell, type Story } from './story.ts';

const reason = { authority: true } as const;

describe('histories that keep the promises', () => {
  const good: Record<string, (story: Story) => void> = {
    'asked for, run, read'(story) {
      const id = story.call('submit');
      story.completes(1, 7);
      story.answer(id, { outcome: 'started', generation: 1, runId: 'run-1', state: 'pending' });
      story.ask('get', { generation: 1, state: 'completed', result: 1, resultFence: 7 });
      story.ask('submit', { outcome: 'completed', generation: 1, runId: 'run-1', result: 1 });
    },
    'an answer that was lost'(story) {
      story.ask('submit', { outcome: 'unknown', code: 'LEDGER_UNREACHABLE' });
      story.completes(1, 7);
    },
    'a rerun with authority that failed: the first result stands'(story) {
      story.ask('submit', { outcome: 'unknown' });
      story.completes(1, 7);
      const id = story.call('rerun', reason);
      story.opens(2, { trigger: 'rerun', authorised: true });
      story.answer(id, { outcome: 'started', generation: 2, runId: 'run-2', state: 'pending' });
      story.becomes(2, 'running');
      story.becomes(2, 'failed');
      story.ask('get', { generation: 2, state: 'failed', result: 1 });
      story.ask('submit', { outcome: 'completed', generation: 1, runId: 'run-1' });
    },
    'a zombie that is fenced out'(story) {
      story.ask('submit', { outcome: 'unknown' });
      story.opens(1);
      story.becomes(1, 'running');
      story.attempt(1, 7, 'running');
      story.attempt(1, 8);
      story.commits(1, 8);
    },
    'a submit that overlaps the commit may be told either'(story) {
      story.ask('submit', { outcome: 'unknown' });
      const one = story.call('submit');
      const other = story.call('submit');
      story.completes(1, 7);
      story.answer(one, { outcome: 'running', generation: 1, runId: 'run-1', state: 'running' });
      story.answer(other, { outcome: 'completed', generation: 1, runId: 'run-1' });
    },
    'deleted and put again: numbering goes on, the old result is gone'(story) {
      story.ask('submit', { outcome: 'unknown' });
      story.completes(1, 7);
      story.ask('get', { generation: 1, state: 'completed', result: 1 });
      story.deletes();
      story.ask('get', { generation: 1, state: 'completed', result: null });
      story.ask('submit', { outcome: 'unknown' });
      story.completes(2, 9, { incarnation: 2 });
    },
    'a follow-up that runs'(story) {
      story.ask('submit', { outcome: 'unknown' });
      story.opens(1);
      story.ask('submit', { outcome: 'running', generation: 1 }, { onDuplicate: 'coalesce', ...reason });
      story.becomes(1, 'running');
      story.attempt(1, 3);
      story.commits(1, 3);
      story.completes(2, 4, { trigger: 'coalesced', authorised: true });
    },
  };
  test.each(Object.entries(good))('%s', (_name, write) => {
    const story = tell();
    write(story);
    expect(check(story.lines)).toEqual([]);
  });
});

describe('histories that break a rule', () => {
  const bad = [...badWrites, ...badAnswers];

  test.each(bad)('%s: %s', (rule, _what, write) => {
    const story = tell();
    write(story);
    expect(check(story.lines).map((violation) => violation.rule)).toContain(rule);
  });

  test('every rule has one', () => {
    expect(new Set(bad.map(([rule]) => rule))).toEqual(new Set(Object.keys(rules)));
  });
});

test('a history is read back as it was written, but for a last line that a dying process cut short', () => {
  const directory = mkdtempSync(join(tmpdir(), 'onceflow-history-'));
  try {
    const path = join(directory, 'a.ndjson');
    const story = tell();
    story.completes(1, 7);
    for (const line of story.lines) appendTo(path)(line);
    appendFileSync(path, '{"line":"call","id"');
    expect(readHistory(path)).toEqual(story.lines);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
