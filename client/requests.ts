import { randomUUID } from 'node:crypto';
import { type AnalysisDefinition, needsBytes } from '../kinds/define.ts';
import { madeWithNow } from '../kinds/made-with.ts';
import type { Actor, Ledger, Source, SubmitRequest } from '../ledger/ledger.ts';
import type { Wish } from '../policy/admission.ts';
import { isResourceId } from '../policy/ids.ts';
import { isPriority, NORMAL_PRIORITY } from '../policy/priority.ts';
import { checkText, optionsOf, shown } from './arguments.ts';
import type { Call } from './calls.ts';
import { invalid } from './errors.ts';
import type { Kinds } from './kinds.ts';
import type { SubmitOptions } from './onceflow.ts';
import { observePin, sourceOf } from './source.ts';

export interface RequestContext {
  readonly kinds: Kinds;
  readonly actor: Actor;
  readonly ledger: Pick<Ledger, 'getResource'>;
  readonly call: Call;
}

/** What the caller asked for, checked and filled in. Throws INVALID_ARGUMENT. */
export async function requestOf(
  context: RequestContext,
  wish: Wish,
  kind: string,
  resourceId: string,
  given: SubmitOptions<string> | undefined,
): Promise<SubmitRequest> {
  const options = optionsOf(given);
  const { definition } = context.kinds.get(kind);
  checkResourceId(resourceId);
  checkTexts(options);
  const brought = options.source === undefined ? undefined : sourceOf(options.source);
  const readsBytes = needsBytes(definition);
  const present = readsBytes ? (brought ?? (await sourceKnown(context, resourceId))) : undefined;
  const source = sourceFor(definition, brought, present);
  const now = madeWithNow(definition);
  return {
    kind,
    resourceId,
    wish,
    policy: definition.policy,
    analyserVersion: definition.version,
    computedWith: { steps: now.steps, models: now.models },
    params: context.kinds.parseParams(kind, options.params),
    priority: checkPriority(options.priority ?? NORMAL_PRIORITY),
    idempotencyKey: checkKey(options.idempotencyKey ?? randomUUID()),
    keyFrom: options.idempotencyKey === undefined ? 'client' : 'caller',
    fromScratch: options.fromScratch ?? false,
    observedPin: await observePin(present),
    requestedBy: { ...context.actor, actor: options.requestedBy ?? context.actor.actor },
    ...(source === undefined ? {} : { source }),
    ...(options.onDuplicate === undefined ? {} : { onDuplicate: checkOnDuplicate(options.onDuplicate) }),
    ...((options.reason ?? undefined) === undefined ? {} : { reason: options.reason }),
  };
}

async function sourceKnown(
  { ledger, call }: RequestContext,
  resourceId: string,
): Promise<Source | undefined> {
  const resource = await call(() => ledger.getResource(resourceId));
  return resource?.source;
}

function checkTexts({ reason, requestedBy, fromScratch = false }: SubmitOptions<string>): void {
  checkText('reason', reason);
  checkText('requestedBy', requestedBy);
  if (requestedBy === '') throw invalid('requestedBy is empty', 'say who asks, or leave it out');
  if (typeof (fromScratch ?? false) === 'boolean') return;
  throw invalid(`fromScratch is ${shown(fromScratch)}`, 'use true or false');
}

/** A kind that needs no bytes brings its resource itself; one that does is not started on a resource without. */
function sourceFor(
  definition: AnalysisDefinition,
  given: Source | undefined,
  present: Source | undefined,
): Source | undefined {
  if (!needsBytes(definition)) return given ?? { type: 'none' };
  if (present?.type !== 'none') return given;
  throw invalid(
    `${definition.kind} reads bytes, and this resource has none`,
    'submit it with a source, or put the resource with one',
    { kind: definition.kind },
  );
}

export function checkResourceId(resourceId: unknown): asserts resourceId is string {
  if (typeof resourceId === 'string' && isResourceId(resourceId)) return;
  throw invalid(
    `${shown(resourceId)} is no resource id`,
    'use 1 to 128 letters, digits and . _ ~ -, beginning with a letter or digit',
  );
}

function checkPriority(priority: number): number {
  if (isPriority(priority)) return priority;
  throw invalid(`${shown(priority)} is no priority`, 'use a whole number from 1 (first) to 5');
}

function checkKey(key: string): string {
  if (typeof key === 'string' && key.length >= 1 && key.length <= 200) return key;
  throw invalid('the idempotency key is empty or too long', 'use 1 to 200 characters');
}

function checkOnDuplicate<Choice extends string>(choice: Choice): Choice {
  if (['return', 'reject', 'rerun', 'coalesce'].includes(choice)) return choice;
  throw invalid(`${shown(choice)} is no onDuplicate`, 'use return, reject, rerun or coalesce');
}
