/** Looks at the processes of one child again and again, without reading about everybody on the machine each time. */
import { type GroupMember, groupMembers, livingPids } from './process-group.ts';

/** The living processes of the child, its leader among them. */
export type Members = () => readonly GroupMember[];

/** Pids are given anew, though not before all others have been given: after so long everybody is looked at again. */
const FRESH_MS = 5_000;

/**
 * To be called before the child is started: nobody enters a session from outside, so that whoever is there already does
 * not belong, and who was once found not to belong never will.
 */
export function createLookout(): { readonly membersOf: (leader: number) => Members } {
  const strangers = new Set(livingPids());
  let since = performance.now();
  return {
    membersOf(leader) {
      strangers.delete(leader);
      return () => {
        if (performance.now() - since > FRESH_MS) {
          strangers.clear();
          since = performance.now();
        }
        return groupMembers(leader, strangers);
      };
    },
  };
}
