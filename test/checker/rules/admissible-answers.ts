import type { AnalysisHistory, Asked } from '../analyses.ts';
import type { AnswerLine } from '../history.ts';
import { clocksMs, isRunning, type Moment, momentsOf } from '../timeline.ts';

/**
 * Every answer to a submit, retry or rerun is what the admission table says for some moment between call and answer.
 * The table is written out here once more, so that a mistake in the product's own is found.
 */
export function admissibleAnswers(analysis: AnalysisHistory): readonly string[] {
  const policy = analysis.runs[0]?.policy;
  if (policy === undefined) return [];
  const moments = momentsOf(analysis);
  return analysis.asked.flatMap((call) => {
    const { answer } = call;
    if (!['submit', 'retry', 'rerun'].includes(call.verb) || answer === null || answer.outcome === 'unknown')
      return [];
    const before = answer.outcome === 'started' ? momentsBefore(moments, answer) : moments;
    const during = before.filter((moment) => {
      return moment.visibleFrom <= answer.at + clocksMs && moment.visibleUntil >= call.at;
    });
    if (during.some((moment) => fits(decide(policy, moment, call), answer))) return [];
    const seen = during.map(textOf).join(', then ') || 'nothing';
    return [`${call.verb} was answered ${answerText(answer)}; the ledger had ${seen}`];
  });
}

/** The answer names the generation that it opened, so the moment that it was decided in is known. */
function momentsBefore(moments: readonly Moment[], answer: AnswerLine): readonly Moment[] {
  const opened = moments.findIndex(({ event }) => event?.runId === answer.runId && event?.from === null);
  return opened > 0 ? moments.slice(opened - 1, opened) : [];
}

interface Expected {
  readonly outcome: AnswerLine['outcome'];
  readonly generation?: number;
  readonly codes?: readonly string[];
}

const refused = (...codes: string[]): Expected => ({ outcome: 'refused', codes });

function decide(policy: 'no-repeat' | 'allow-rerun', moment: Moment, call: Asked): Expected {
  const { current, standing } = moment;
  const mode = call.onDuplicate ?? (call.verb === 'rerun' ? 'rerun' : undefined);
  const again = mode === 'rerun' || mode === 'coalesce';
  if (moment.deleted && !call.source) return refused('RESOURCE_DELETED', 'RESOURCE_UNKNOWN');
  if (policy === 'no-repeat' && again && !call.authority) return refused('FORBIDDEN', 'REASON_REQUIRED');
  if (current && isRunning(moment)) {
    return mode === 'reject' ? refused('CONFLICT') : { outcome: 'running', generation: current.generation };
  }
  if (standing === null) return { outcome: 'started' };
  if (mode === 'reject') return refused('CONFLICT');
  const inherits = call.verb === 'retry' && mode === undefined && current?.authorised === true;
  const ended = current?.state === 'failed' || current?.state === 'cancelled';
  const may = policy === 'allow-rerun' ? mode !== 'return' : again || (inherits && ended);
  return may ? { outcome: 'started' } : { outcome: 'completed', generation: standing };
}

function fits(expected: Expected, answer: AnswerLine): boolean {
  if (expected.outcome !== answer.outcome) return false;
  if (expected.codes) return expected.codes.includes(answer.code ?? '');
  return expected.generation === undefined || expected.generation === answer.generation;
}

function answerText({ outcome, generation, code }: AnswerLine): string {
  return `${outcome} ${code ?? `generation ${generation}`}`;
}

function textOf({ deleted, current, standing }: Moment): string {
  const run = current ? `generation ${current.generation} ${current.state}` : 'no run';
  return `${deleted ? 'deleted, ' : ''}${run} with ${standing === null ? 'no result' : `result ${standing}`}`;
}
