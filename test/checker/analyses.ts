import type {
  AnswerLine,
  AttemptLine,
  CallLine,
  CommitLine,
  ComputationLine,
  EventLine,
  HistoryLine,
  RefusedLine,
  RegistrationLine,
  RunLine,
} from './history.ts';

/** A call with its answer. Without one, nobody knows whether it took effect. */
export interface Asked extends CallLine {
  readonly answer: AnswerLine | null;
}

/** Everything of one analysis; runs by generation, events and fences in the order of their numbers. */
export interface AnalysisHistory {
  readonly kind: string;
  readonly resourceId: string;
  readonly asked: readonly Asked[];
  readonly runs: readonly RunLine[];
  readonly events: readonly EventLine[];
  readonly attempts: readonly AttemptLine[];
  readonly commits: readonly CommitLine[];
  readonly refused: readonly RefusedLine[];
  readonly registrations: readonly RegistrationLine[];
  readonly computations: readonly ComputationLine[];
}

type Kept = Exclude<HistoryLine, AnswerLine>;

export function analysesOf(history: readonly HistoryLine[]): readonly AnalysisHistory[] {
  const answers = new Map<string, AnswerLine>();
  const groups = new Map<string, Kept[]>();
  for (const line of history) {
    if (line.line === 'answer') {
      answers.set(line.id, line);
      continue;
    }
    const key = `${line.kind}:${line.resourceId}`;
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].map((lines) => analysisOf(lines, answers));
}

function analysisOf(lines: readonly Kept[], answers: ReadonlyMap<string, AnswerLine>): AnalysisHistory {
  const { kind, resourceId } = lines[0] as Kept;
  const of = <Name extends Kept['line']>(name: Name) =>
    lines.filter((line): line is Extract<Kept, { line: Name }> => line.line === name);
  return {
    kind,
    resourceId,
    asked: of('call')
      .map((call) => ({ ...call, answer: answers.get(call.id) ?? null }))
      .sort((a, b) => a.at - b.at),
    runs: of('run').sort((a, b) => a.generation - b.generation),
    events: of('event').sort((a, b) => a.eventId - b.eventId),
    attempts: of('attempt').sort((a, b) => a.fence - b.fence),
    commits: of('commit').sort((a, b) => a.generation - b.generation),
    refused: of('refused'),
    registrations: of('registration').sort((a, b) => a.number - b.number),
    computations: of('computation').sort((a, b) => a.at - b.at),
  };
}

/** The event that closed the run. */
export function closingOf(analysis: AnalysisHistory, runId: string): EventLine | undefined {
  return analysis.events.find((event) => event.runId === runId && isClosing(event));
}

export function isClosing({ from, to }: EventLine): boolean {
  return from !== to && (to === 'completed' || to === 'failed' || to === 'cancelled');
}

export function isDeletion({ type }: EventLine): boolean {
  return type === 'resource.deleted';
}
