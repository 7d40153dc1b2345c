/** A fault planted in the source: text patches, and the tests of which one must fail. */
export interface Edit {
  readonly file: string;
  /** Is there exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The smallest files that must catch it, tried in this order. */
  readonly tests: readonly string[];
}

const history = 'test/checker/ledger-history.stack.test.ts';
const policy = 'test/policy';

export const mutants: readonly Mutant[] = [
  {
    name: 'fence not compared',
    edits: [
      {
        file: 'ledger/operations/finish.ts',
        find: `select i.fence from onceflow.step_instances i join current using (fence)
         join onceflow.step_attempts a using (fence)`,
        replace: `select a.fence from onceflow.step_instances i cross join current
         join onceflow.step_attempts a on a.fence = current.fence`,
      },
      {
        file: 'ledger/operations/commit.ts',
        find: 'if (!row.newest) return',
        replace: 'if (!row.newest && row.newest === null) return',
      },
    ],
    tests: [history],
  },
  {
    name: 'fence per analysis instead of per step instance',
    edits: [
      {
        file: 'ledger/operations/finish.ts',
        find: 'and i.instance = a.instance for share of i)',
        replace: `and i.instance = a.instance and not exists (
             select 1 from onceflow.step_instances o where o.run_id = a.run_id and o.fence > a.fence)
           for share of i)`,
      },
    ],
    tests: [history],
  },
  {
    name: 'row written after the answer',
    edits: [
      {
        file: 'ledger/operations/start-together.ts',
        find: `const answers = await pool.transaction(async (tx) => {
    const written = await startRuns(tx, group);`,
        replace: `const answers = await new Promise<readonly Submitted[]>((resolve, reject) => void pool.transaction(async (tx) => {
    const written = await startRuns(tx, group);
    resolve(written);
    await new Promise((later) => setTimeout(later, 50));`,
      },
      {
        file: 'ledger/operations/start-together.ts',
        find: `    return written;
  }, mostTries);`,
        replace: `    return written;
  }, mostTries).catch(reject));`,
      },
    ],
    tests: [history],
  },
  {
    name: 'claim skipped: the run is not registered',
    edits: [
      {
        file: 'ledger/operations/claim.ts',
        find: `case 'register':
      return goOn(await register(tx, request, knownRun(asking, decision.generation) ?? decision.generation));`,
        replace: `case 'register':
      return goOn(await runOf(tx, request, decision.generation));`,
      },
    ],
    tests: [history],
  },
  {
    name: 'REJECT_DUPLICATE for FAILED_ONLY',
    edits: [
      {
        file: 'client/dispatch.ts',
        find: 'workflowIdReusePolicy: dispatch.reusePolicy,',
        replace: `workflowIdReusePolicy: dispatch.reusePolicy === 'ALLOW_DUPLICATE' ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',`,
      },
    ],
    tests: ['test/flow/cancel.test.ts'],
  },
  {
    name: 'TRY_CANCEL',
    edits: [
      {
        file: 'workflows/run.ts',
        find: `cancellationType: 'WAIT_CANCELLATION_COMPLETED'`,
        replace: `cancellationType: 'TRY_CANCEL'`,
      },
    ],
    tests: ['test/flow/siblings.test.ts'],
  },
  {
    name: 'attempt number used as fence',
    edits: [
      {
        file: 'ledger/operations/begin.ts',
        find: `select run_id, $3, $4, nextval('onceflow.fences') from current`,
        replace: `select run_id, $3, $4, $5::bigint * 1000000 + nextval('onceflow.fences') from current`,
      },
      {
        file: 'ledger/operations/begin.ts',
        find: `set fence = nextval('onceflow.fences'), attempts`,
        replace: `set fence = $5::bigint * 1000000 + nextval('onceflow.fences'), attempts`,
      },
    ],
    tests: [history],
  },
  {
    name: 'reset not adopted',
    edits: [
      {
        file: 'policy/claim.ts',
        find: `const next = ifOpenAndCurrent(facts, { action: 'adopt' });`,
        replace: `const next = ifOpenAndCurrent(facts, { action: 'turn-away', why: 'reset' });`,
      },
    ],
    tests: [history],
  },
  {
    name: "an old run's activity adopted",
    edits: [
      {
        file: 'policy/claim.ts',
        find: `if (!described.openAndCurrent) return cancelled('this run is not open and current');`,
        replace: '',
      },
    ],
    tests: [history],
  },
  {
    name: 'adoption without a look at who registered since',
    edits: [
      {
        file: 'policy/claim.ts',
        find: `return described.registeredBefore === facts.registrations ? decision : { action: 'describe' };`,
        replace: 'return decision;',
      },
    ],
    tests: [policy],
  },
  {
    name: '"already started" taken as dispatched',
    edits: [
      {
        file: 'client/dispatch.ts',
        find: `return ['already-started', delayMs,`,
        replace: `return ['already-started', 1e10,`,
      },
    ],
    tests: ['test/client/still-open.test.ts'],
  },
  {
    name: 'coalesced follow-up kept in the client',
    edits: [
      {
        file: 'ledger/operations/start-runs.ts',
        find: 'await askFollowUps(tx, followUps);',
        replace: 'void askFollowUps;',
      },
    ],
    tests: [history],
  },
  {
    name: 'failed rerun forgetting the standing result',
    edits: [
      {
        file: 'policy/admission.ts',
        find: `if (!standing && current?.state !== 'completed') {`,
        replace: `if (current?.state !== 'completed') {`,
      },
    ],
    tests: [history],
  },
  {
    name: 'follow-up admitted without asking the table again',
    edits: [
      {
        file: 'policy/admission.ts',
        find: `if (!facts.standing) return { outcome: 'start', why: 'follow-up; there is no result yet' };`,
        replace: `return { outcome: 'start', why: 'follow-up' };`,
      },
    ],
    tests: [policy],
  },
  {
    name: 'cancelled before the processes are gone',
    edits: [
      {
        file: 'ledger/lifecycle/close-if-quiet.ts',
        find: 'if (alive === 0) await closeRun',
        replace: 'await closeRun',
      },
    ],
    tests: ['test/ledger/run.test.ts'],
  },
  {
    name: 'late output of a cancelled run accepted',
    edits: [
      {
        file: 'ledger/operations/finish.ts',
        find: `and a.state = 'running' and r.state = 'running'
          and r.cancel_requested_at is null`,
        replace: `and a.state = 'running'`,
      },
    ],
    tests: [history],
  },
  {
    name: 'a repeated commit is refused',
    edits: [
      {
        file: 'ledger/operations/commit.ts',
        find: 'const repeated = own && (await committedBefore(tx, request, own));',
        replace: 'const repeated = own && (await committedBefore(tx, request, own)) && null;',
      },
    ],
    tests: ['test/ledger/run.test.ts'],
  },
  {
    name: 'follow-up left by a deletion',
    edits: [
      {
        file: 'ledger/migrations/0002_rules.sql',
        find: 'delete from onceflow.follow_ups where resource_id = old.resource_id;',
        replace: '',
      },
    ],
    tests: ['test/ledger/histories.test.ts'],
  },
];
