/** The one owner of workflow IDs and of the shapes of ids. `<kind>:<resourceId>`: the workflow ID is the mutex. */
const RESOURCE_ID = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$/;
const KIND = /^[a-z][a-z0-9-]{0,39}$/;
const RUN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function workflowIdOf(key: { readonly kind: string; readonly resourceId: string }): string {
  return `${key.kind}:${key.resourceId}`;
}

/** Null for anything that `workflowIdOf` cannot have made. */
export function parseWorkflowId(workflowId: string): { kind: string; resourceId: string } | null {
  const colon = workflowId.indexOf(':');
  if (colon < 0) return null;
  const kind = workflowId.slice(0, colon);
  const resourceId = workflowId.slice(colon + 1);
  return isKind(kind) && isResourceId(resourceId) ? { kind, resourceId } : null;
}

export function isResourceId(text: string): boolean {
  return RESOURCE_ID.test(text);
}

export function isKind(text: string): boolean {
  return KIND.test(text);
}

/** Our own run ids are UUIDs; so are Temporal's, which is why both are always named apart. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}
