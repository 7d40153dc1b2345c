import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.ts';

const { first, second, third } = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

const apart = proxyActivities<typeof activities>({
  taskQueue: 'bare-steps',
  startToCloseTimeout: '1 minute',
});

/** As many activities as an analysis of one step has: claim, step, commit. Answers when the first one began. */
export async function bare(): Promise<number> {
  const beganAt = await first();
  await second();
  await third();
  return beganAt;
}

/** The same with its first activity in another process: as steps are that want a device, or cores, of their own. */
export async function bareApart(): Promise<number> {
  const beganAt = await apart.first();
  await second();
  await third();
  return beganAt;
}
