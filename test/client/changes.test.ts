import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { createChanges } from '../../client/changes.ts';
import type { Ledger } from '../../ledger/ledger.ts';

type OnEvent = Parameters<Ledger['listen']>[0];

function announced() {
  const heard: { tell: OnEvent } = { tell: () => {} };
  const ledger = {
    listen: async (onEvent: OnEvent) => {
      heard.tell = onEvent;
      return async () => {};
    },
  };
  const tell = (workflowId: string) => heard.tell({ channel: 'run', workflowId, runId: '' });
  return { subscription: createChanges(ledger).subscribe('video:a'), tell };
}

it('a wait leaves nothing on its signal, whether it was quiet or heard of a change', async () => {
  const { subscription, tell } = announced();
  const { signal } = new AbortController();
  for (let poll = 0; poll < 12; poll += 1) await subscription.changed(1, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  const change = subscription.changed(60_000, signal);
  tell('video:a');
  await change;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('a wait ends with its signal', async () => {
  const { subscription } = announced();
  const stop = new AbortController();
  const wait = subscription.changed(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(wait).rejects.toThrow('enough');
});
