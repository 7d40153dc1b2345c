import { analysed, asked, reason, running } from './bad-beginnings.ts';
import type { RuleName } from './check.ts';
import type { Story } from './story.ts';

/** What callers are told. */
export const badAnswers: readonly (readonly [RuleName, string, (story: Story) => void])[] = [
  [
    'no read is older than what is known',
    'unknown after the submit was answered',
    (story) => {
      const id = story.call('submit');
      story.opens(1);
      story.answer(id, { outcome: 'started', generation: 1, runId: 'run-1', state: 'pending' });
      story.ask('get', {});
      story.becomes(1, 'cancelled');
    },
  ],
  [
    'no read is older than what is known',
    'running after somebody was told that it is completed',
    (story) => {
      analysed(story);
      story.ask('get', { generation: 1, state: 'completed', result: 1 });
      story.ask('get', { generation: 1, state: 'running', result: null });
    },
  ],
  [
    'no read is older than what is known',
    'a failed rerun that forgets the standing result',
    (story) => {
      analysed(story);
      story.ask('get', { generation: 1, state: 'completed', result: 1 });
      story.ask('rerun', { outcome: 'unknown' }, reason);
      story.opens(2, { trigger: 'rerun', authorised: true });
      story.becomes(2, 'failed');
      story.ask('get', { generation: 2, state: 'failed', result: null });
    },
  ],
  [
    'answers follow the admission table',
    'running, of a completed one',
    (story) => {
      analysed(story);
      story.lines.push({
        line: 'event',
        kind: 'film',
        resourceId: 'r',
        eventId: 50,
        at: 1_050_000,
        committedAt: 1_050_000,
        type: 'x',
        generation: null,
        runId: null,
        from: null,
        to: null,
      });
      story.lines.push({
        line: 'call',
        kind: 'film',
        resourceId: 'r',
        id: 'late',
        at: 1_060_000,
        client: 'a',
        verb: 'submit',
      });
      story.lines.push({
        line: 'answer',
        id: 'late',
        at: 1_060_010,
        outcome: 'running',
        generation: 1,
        runId: 'run-1',
      });
    },
  ],
  [
    'answers follow the admission table',
    'completed, of one that never completed',
    (story) => {
      running(story);
      story.ask('submit', { outcome: 'completed', generation: 1, runId: 'run-1' });
      story.becomes(1, 'failed');
    },
  ],
  [
    'answers follow the admission table',
    'started although a result stands',
    (story) => {
      analysed(story);
      const id = story.call('submit');
      story.completes(2, 8);
      story.answer(id, { outcome: 'started', generation: 2, runId: 'run-2' });
    },
  ],
  [
    'follow-ups outlive their callers',
    'a follow-up that nobody runs',
    (story) => {
      asked(story);
      story.opens(1);
      story.ask('submit', { outcome: 'running', generation: 1 }, { onDuplicate: 'coalesce', ...reason });
      story.becomes(1, 'cancelled');
    },
  ],
];
