import { randomUUID } from 'node:crypto';
import type { AnalysisRef, Answer, Onceflow } from '../../client/onceflow.ts';
import type { Append, AnswerLine, CallLine } from './history.ts';

type Told = Omit<AnswerLine, 'line' | 'id' | 'at'>;
type Asking = Omit<CallLine, 'line' | 'id' | 'at' | 'client'>;

/** Writes the call before it is made and the answer when it is there; an error that says nothing is `unknown`. */
export type Recorded = <Value>(
  asking: Asking,
  call: () => Promise<Value>,
  tell: (value: Value) => Told,
) => Promise<Value>;

export function createRecorder(client: string, append: Append): Recorded {
  return async (asking, call, tell) => {
    const id = randomUUID();
    append({ line: 'call', id, at: Date.now(), client, ...asking });
    try {
      const value = await call();
      append({ line: 'answer', id, at: Date.now(), ...tell(value) });
      return value;
    } catch (error) {
      append({ line: 'answer', id, at: Date.now(), ...refusalOf(error) });
      throw error;
    }
  };
}

/** Refusals are decisions of the ledger; anything else leaves open whether the call took effect. */
const refusals = new Set([
  'CONFLICT',
  'FORBIDDEN',
  'REASON_REQUIRED',
  'RESOURCE_DELETED',
  'RESOURCE_UNKNOWN',
]);

function refusalOf(error: unknown): Told {
  const code = String((error as { code?: unknown } | null)?.code ?? 'UNKNOWN');
  if (code === 'NEVER_SUBMITTED') return { outcome: 'seen', code };
  return { outcome: refusals.has(code) ? 'refused' : 'unknown', code };
}

type AgainRef = Extract<AnalysisRef<string>, { readonly kind: string }>;

/** The client's calls about one analysis, each written down. `actor` is an operator. */
export function recordCalls(client: Onceflow, recorded: Recorded) {
  const answerOf = (answer: Answer): Told => {
    const { outcome, generation, runId, state } = answer;
    return { outcome, generation, runId, state, ...shown(answer.result) };
  };
  return {
    submit: (ref: AgainRef, options: NonNullable<Parameters<Onceflow['submit']>[2]> = {}) =>
      recorded(
        {
          ...keyOf(ref),
          verb: 'submit',
          authority: options.reason !== undefined,
          source: options.source !== undefined,
          ...(options.onDuplicate === undefined ? {} : { onDuplicate: options.onDuplicate }),
        },
        () => client.submit(ref.kind, ref.resourceId, options),
        answerOf,
      ),
    again: (
      verb: 'retry' | 'rerun',
      ref: AgainRef,
      options: NonNullable<Parameters<Onceflow['rerun']>[1]> = {},
    ) =>
      recorded(
        {
          ...keyOf(ref),
          verb,
          authority: options.reason !== undefined,
          source: options.source !== undefined,
        },
        () => client[verb](keyOf(ref), options),
        answerOf,
      ),
    get: (ref: AgainRef) =>
      recorded(
        { ...keyOf(ref), verb: 'get' },
        () => client.get(keyOf(ref)),
        (view): Told => {
          if (view === null) return { outcome: 'seen' };
          const { generation, runId } = view.run;
          return { outcome: 'seen', generation, runId, state: view.state, ...shown(view.result) };
        },
      ),
    result: (ref: AgainRef, timeoutMs: number) =>
      recorded(
        { ...keyOf(ref), verb: 'result' },
        () => client.result(ref, { timeoutMs }),
        (result): Told => ({
          outcome: 'seen',
          generation: result.generation,
          state: 'completed',
          ...shown(result),
        }),
      ),
    cancel: (ref: AgainRef) =>
      recorded(
        { ...keyOf(ref), verb: 'cancel' },
        () => client.cancel(keyOf(ref)),
        (): Told => ({ outcome: 'done' }),
      ),
  };
}

function keyOf({ kind, resourceId }: AgainRef) {
  return { kind, resourceId };
}

/** The chaos kind writes the fence of its result step into the document. */
function shown(result: { readonly generation: number; readonly document: unknown } | null | undefined) {
  if (!result) return { result: null };
  const fence = (result.document as { readonly fence?: unknown } | null)?.fence;
  return { result: result.generation, ...(typeof fence === 'number' ? { resultFence: fence } : {}) };
}
