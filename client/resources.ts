import type { Actor, Ledger } from '../ledger/ledger.ts';
import type { Call } from './calls.ts';
import type { Resources } from './onceflow.ts';
import { needRole } from './operations.ts';
import { checkResourceId } from './requests.ts';
import { sourceOf } from './source.ts';

export function createResources(context: {
  readonly ledger: Pick<Ledger, 'putResource' | 'resourceState' | 'getResource' | 'deleteResource'>;
  readonly call: Call;
  readonly actor: Actor;
}): Resources {
  const { ledger, call, actor } = context;
  return {
    async put(resourceId, source) {
      needRole(actor, 'submitter', 'to put a resource');
      checkResourceId(resourceId);
      const asked = sourceOf(source);
      const seen = await call(() => ledger.resourceState(resourceId));
      let tries = 0;
      return call(() => {
        tries += 1;
        return ledger.putResource(resourceId, asked, actor, tries === 1 ? undefined : seen);
      });
    },
    async get(resourceId) {
      checkResourceId(resourceId);
      return call(() => ledger.getResource(resourceId));
    },
    async delete(resourceId) {
      needRole(actor, 'submitter', 'to delete a resource');
      checkResourceId(resourceId);
      const seen = await call(() => ledger.getResource(resourceId));
      if (seen === null || seen.deletedAt !== null) return { deleted: false };
      await call(() => ledger.deleteResource(resourceId, actor, seen.incarnation));
      // Where this deleted nothing, an earlier try of it did, or somebody else at the same time: what was seen is gone.
      return { deleted: true };
    },
  };
}
