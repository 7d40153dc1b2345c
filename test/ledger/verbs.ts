import type {
  Actor,
  Answer,
  BeginRequest,
  ClaimRequest,
  CommitRequest,
  Ledger,
  LedgerRefusal,
  SubmitRequest,
  TemporalRun,
} from '../../ledger/ledger.ts';
import { workflowIdOf } from '../../policy/ids.ts';

/** The verbs of the ledger's tests: requests with everything filled in that the test does not speak about. */
export const operator: Actor = { actor: 'ada', owner: 'lab', role: 'operator' };
export const submitter: Actor = { actor: 'bob', owner: 'lab', role: 'submitter' };

let made = 0;
/** A resource id that no other test uses. */
export function freshId(): string {
  made += 1;
  return `film-${made}`;
}

export function request(resourceId: string, changed: Partial<SubmitRequest> = {}): SubmitRequest {
  const kind = changed.kind ?? 'video';
  return {
    kind,
    resourceId,
    wish: 'submit',
    policy: kind === 'video' ? 'no-repeat' : 'allow-rerun',
    analyserVersion: 1,
    source: { type: 'file', path: `/films/${resourceId}` },
    params: {},
    priority: 3,
    fromScratch: false,
    observedPin: null,
    requestedBy: submitter,
    ...changed,
  };
}

export async function ask(
  ledger: Ledger,
  resourceId: string,
  changed: Partial<SubmitRequest> = {},
): Promise<Answer | LedgerRefusal> {
  const [answer] = await ledger.submit([request(resourceId, changed)]);
  return answer as Answer | LedgerRefusal;
}

export async function submit(
  ledger: Ledger,
  resourceId: string,
  changed: Partial<SubmitRequest> = {},
): Promise<Answer> {
  const answer = await ask(ledger, resourceId, changed);
  if (answer.outcome === 'refused') throw new Error(`refused: ${answer.code}`);
  return answer;
}

/** A Temporal run of the analysis; `reset` runs come from a reset. */
export function temporalRun(
  resourceId: string,
  origin: 'start' | 'reset' = 'start',
  kind = 'video',
): TemporalRun {
  made += 1;
  return {
    workflowId: workflowIdOf({ kind, resourceId }),
    temporalRunId: `t-${made}`,
    fromReset: origin === 'reset',
  };
}

export function claimOf(run: TemporalRun, changed: Partial<ClaimRequest> = {}): ClaimRequest {
  const [kind, resourceId] = run.workflowId.split(':') as [string, string];
  const policy = kind === 'video' ? 'no-repeat' : 'allow-rerun';
  return { kind, resourceId, policy, analyserVersion: 1, run, ...changed };
}

export function beginOf(run: TemporalRun, changed: Partial<BeginRequest> = {}): BeginRequest {
  const { kind, resourceId, policy, analyserVersion } = claimOf(run);
  return {
    kind,
    resourceId,
    policy,
    analyserVersion,
    run,
    incarnation: 1,
    step: `${kind}.join`,
    instance: '',
    queue: 'cpu',
    worker: 'worker-1',
    temporalAttempt: 1,
    ...changed,
  };
}

/** Begins an attempt and answers its fence; throws for any other verdict. */
export async function fenceOf(
  ledger: Ledger,
  run: TemporalRun,
  changed: Partial<BeginRequest> = {},
): Promise<number> {
  const begun = await ledger.begin(beginOf(run, changed));
  if (begun.verdict !== 'go') throw new Error(`begin: ${JSON.stringify(begun)}`);
  return begun.fence;
}

export async function finishAs(
  ledger: Ledger,
  run: TemporalRun,
  fence: number,
  document: unknown,
): Promise<boolean> {
  return ledger.finish({
    fence,
    temporalRunId: run.temporalRunId,
    value: null,
    document: document as never,
    artefacts: [{ name: 'a.jpg', mediaType: 'image/jpeg', bytes: 3, sha256: 'x', path: `p/${fence}/a.jpg` }],
    pin: 'pin-1',
    memoryKey: null,
    rememberedFrom: null,
    computedWith: { version: 1, models: [] },
  });
}

export function commitOf(
  run: TemporalRun,
  fence: number,
  changed: Partial<CommitRequest> = {},
): CommitRequest {
  const { kind, resourceId, policy, analyserVersion } = claimOf(run);
  return {
    kind,
    resourceId,
    policy,
    analyserVersion,
    run,
    incarnation: 1,
    resultSchema: `analysis.${kind}/1`,
    resultFence: fence,
    fences: [fence],
    ...changed,
  };
}

/** Claims the answer's generation with a new Temporal run. */
export async function claimed(ledger: Ledger, answer: Answer): Promise<TemporalRun> {
  const run = temporalRun(answer.resourceId, 'start', answer.kind);
  const verdict = await ledger.claim(claimOf(run, { generation: answer.generation }));
  if (verdict.verdict !== 'go') throw new Error(`claim: ${JSON.stringify(verdict)}`);
  return run;
}

/** Runs a claimed run to its commit, with one step. */
export async function complete(
  ledger: Ledger,
  run: TemporalRun,
  incarnation = 1,
  document: unknown = { ok: 1 },
) {
  const fence = await fenceOf(ledger, run, { incarnation });
  await finishAs(ledger, run, fence, document);
  const verdict = await ledger.commit(commitOf(run, fence, { incarnation }));
  if (verdict.verdict !== 'committed') throw new Error(`commit: ${JSON.stringify(verdict)}`);
  return verdict;
}

/** Submits, claims and completes; answers the finished Temporal run. */
export async function analysed(ledger: Ledger, resourceId: string, changed: Partial<SubmitRequest> = {}) {
  const answer = await submit(ledger, resourceId, changed);
  const run = await claimed(ledger, answer);
  await complete(ledger, run, answer.incarnation);
  return { answer, run };
}

export const boom = { code: 'BOOM', message: 'It broke.', hint: 'Mend it.' } as const;

/** Adopts a reset at the claim: asks, describes itself as open and current, asks again. */
export async function adopted(ledger: Ledger, resourceId: string): Promise<TemporalRun> {
  const run = temporalRun(resourceId, 'reset');
  const first = await ledger.claim(claimOf(run));
  if (first.verdict !== 'describe') throw new Error(`claim: ${JSON.stringify(first)}`);
  const described = { registeredBefore: first.registeredBefore, openAndCurrent: true };
  const second = await ledger.claim(claimOf(run, { described }));
  if (second.verdict !== 'go') throw new Error(`claim: ${JSON.stringify(second)}`);
  return run;
}
