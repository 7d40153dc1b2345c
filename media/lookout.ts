/** Looks at the processes of one child again and again, without reading about everybody on the machine each time. */
import { type GroupMember, groupMembers, lastPidGiven, livingPids } from './process-group.ts';

/** The living processes of the child, its leader among them. */
export type Members = () => readonly GroupMember[];

/** No machine gives all of its pids within so long; after longer everybody is looked at anew. */
const ROUND_MS = 5_000;

/**
 * To be called before the child is started: nobody enters a session from outside, so that whoever is there already does
 * not belong, and who was once found not to belong never will. Linux gives pids in their order, round and round: those
 * given since the last look may be others now.
 */
export function createLookout(lastPid = lastPidGiven): { readonly membersOf: (leader: number) => Members } {
  // Before the pids are listed: whoever comes meanwhile is looked at once more.
  let [lookedAt, given] = [performance.now(), lastPid()];
  const strangers = new Set(livingPids());
  const forgetReborn = (): void => {
    const [now, last] = [performance.now(), lastPid()];
    if (given === null || last === null || now - lookedAt > ROUND_MS) strangers.clear();
    else for (const pid of strangers) if (isBetween(given, pid, last)) strangers.delete(pid);
    [lookedAt, given] = [now, last];
  };
  return {
    membersOf: (leader) => () => {
      forgetReborn();
      return groupMembers(leader, strangers);
    },
  };
}

/** After the first and up to the last, beyond the end of the round if need be. */
function isBetween(first: number, pid: number, last: number): boolean {
  return first <= last ? pid > first && pid <= last : pid > first || pid <= last;
}
