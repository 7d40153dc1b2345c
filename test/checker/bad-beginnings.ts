import type { Story } from './story.ts';

export const reason = { authority: true } as const;

/** Begins as a good history does; each bad one then breaks the rule that it is listed under. */
export function asked(story: Story): void {
  story.ask('submit', { outcome: 'unknown' });
}
export function analysed(story: Story): void {
  asked(story);
  story.completes(1, 7);
}
export function running(story: Story): void {
  asked(story);
  story.opens(1);
  story.becomes(1, 'running');
}
