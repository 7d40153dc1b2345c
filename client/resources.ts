import type { Actor, Ledger } from '../ledger/ledger.ts';
import type { Call } from './calls.ts';
import type { Resources } from './onceflow.ts';
import { needRole } from './operations.ts';
import { checkResourceId } from './requests.ts';
import { sourceOf } from './source.ts';

export function createResources(context: {
  readonly ledger: Pick<Ledger, 'putResource' | 'getResource' | 'deleteResource'>;
  readonly call: Call;
  readonly actor: Actor;
}): Resources {
  const { ledger, call, actor } = context;
  return {
    async put(resourceId, source) {
      needRole(actor, 'submitter', 'to put a resource');
      checkResourceId(resourceId);
      return call(() => ledger.putResource(resourceId, sourceOf(source), actor));
    },
    async get(resourceId) {
      checkResourceId(resourceId);
      return call(() => ledger.getResource(resourceId));
    },
    async delete(resourceId) {
      needRole(actor, 'submitter', 'to delete a resource');
      checkResourceId(resourceId);
      return call(() => ledger.deleteResource(resourceId, actor));
    },
  };
}
