/**
 * A history: what callers asked and were answered, what the ledger's own tables hold when it is over, and what a
 * witness outside the ledger saw computed. One JSON object a line; times are milliseconds since 1970 of one host's clock.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import type { RunState, Trigger } from '../../policy/states.ts';

interface OfAnalysis {
  readonly kind: string;
  readonly resourceId: string;
}

/** `reset`, `terminate` and `delete` are what operators did, in Temporal or by SQL. */
export type Verb =
  | 'submit'
  | 'retry'
  | 'rerun'
  | 'get'
  | 'result'
  | 'cancel'
  | 'reset'
  | 'direct'
  | 'terminate'
  | 'forget'
  | 'delete'
  | 'put';

export interface CallLine extends OfAnalysis {
  readonly line: 'call';
  readonly id: string;
  readonly at: number;
  readonly client: string;
  readonly verb: Verb;
  readonly onDuplicate?: 'return' | 'reject' | 'rerun' | 'coalesce';
  /** Of submit, retry and rerun: the caller is an operator and gave a reason. */
  readonly authority?: boolean;
  /** Of submits: a source came with it, so that it also puts the resource. */
  readonly source?: boolean;
}

export interface AnswerLine {
  readonly line: 'answer';
  readonly id: string;
  readonly at: number;
  /** `seen`: a read; `done`: an operator's act; `unknown`: the call may or may not have taken effect. */
  readonly outcome: 'started' | 'running' | 'completed' | 'refused' | 'seen' | 'done' | 'unknown';
  readonly generation?: number;
  readonly runId?: string;
  readonly state?: RunState | null;
  /** Generation of the result that was shown; null: none. */
  readonly result?: number | null;
  /** Fence in the document that was shown. */
  readonly resultFence?: number;
  readonly code?: string;
  /** Of a reset: the Temporal run that it made. */
  readonly temporalRunId?: string;
}

export interface RunLine extends OfAnalysis {
  readonly line: 'run';
  readonly runId: string;
  readonly generation: number;
  readonly incarnation: number;
  readonly state: RunState;
  readonly trigger: Trigger;
  readonly policy: 'no-repeat' | 'allow-rerun';
  readonly authorised: boolean;
  readonly createdAt: number;
}

/** A row of the audit trail, in its order. `committedAt`: null where Postgres does not keep commit timestamps. */
export interface EventLine extends OfAnalysis {
  readonly line: 'event';
  readonly eventId: number;
  readonly at: number;
  readonly committedAt: number | null;
  readonly type: string;
  readonly generation: number | null;
  readonly runId: string | null;
  readonly from: RunState | null;
  readonly to: RunState | null;
}

export interface AttemptLine extends OfAnalysis {
  readonly line: 'attempt';
  readonly fence: number;
  readonly runId: string;
  readonly step: string;
  readonly instance: string;
  readonly temporalRunId: string;
  readonly state: 'running' | 'finished' | 'failed' | 'ended';
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface CommitLine extends OfAnalysis {
  readonly line: 'commit';
  readonly generation: number;
  readonly incarnation: number;
  readonly runId: string;
  readonly fence: number;
  /** Start of the transaction that committed it. */
  readonly at: number;
}

export interface RefusedLine extends OfAnalysis {
  readonly line: 'refused';
  readonly at: number;
  readonly what: string;
  readonly why: string;
  readonly fence: number | null;
}

export interface RegistrationLine extends OfAnalysis {
  readonly line: 'registration';
  readonly number: number;
  readonly temporalRunId: string;
  /** Null: turned away. */
  readonly runId: string | null;
  readonly at: number;
}

/** Outside the ledger: a step began its work under this fence. */
export interface ComputationLine extends OfAnalysis {
  readonly line: 'computation';
  readonly step: string;
  readonly fence: number;
  readonly at: number;
}

export type HistoryLine =
  | CallLine
  | AnswerLine
  | RunLine
  | EventLine
  | AttemptLine
  | CommitLine
  | RefusedLine
  | RegistrationLine
  | ComputationLine;

export type Append = (line: HistoryLine) => void;

/** Synchronous: what a process recorded before it was killed is kept. */
export function appendTo(path: string): Append {
  return (line) => appendFileSync(path, `${JSON.stringify(line)}\n`);
}

/** A process that is killed can leave half a line, which says nothing. */
export function readHistory(path: string): readonly HistoryLine[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return [JSON.parse(text) as HistoryLine];
      } catch {
        return [];
      }
    });
}
