import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { check, type Violation } from '../../test/checker/check.ts';
import { appendTo, type HistoryLine, readHistory } from '../../test/checker/history.ts';
import { createRecorder } from '../../test/checker/record-calls.ts';
import { ledgerLines } from '../../test/checker/record-ledger.ts';
import { doFaults, type FaultRun, type Hit } from './do-faults.ts';
import { type MemberSpec, startFleet } from './fleet.ts';
import { createInflicter } from './inflict.ts';
import { createRandom } from './random.ts';
import { type Fault, makeSchedule } from './schedule.ts';
import { createWork } from './work.ts';
import { startWorld, type World } from './world.ts';

/**
 * The random fault run: clients and workers in processes of their own, faults at random moments and at every window
 * between two writes; then quiet, then everything must come to its end, then the history is checked.
 */
export interface ChaosSettings {
  readonly analyses: number;
  readonly seed: number;
  readonly log: (line: string) => void;
  /** Where the history and the logs of the processes are kept if the run finds something. */
  readonly keepIn?: string;
}

export interface ChaosReport {
  readonly schedule: readonly Fault[];
  readonly hits: readonly Hit[];
  /** Scheduled, and never done. */
  readonly missed: readonly Fault[];
  readonly violations: readonly Violation[];
  /** What was open when the bound for coming to rest had passed. */
  readonly open: readonly string[];
  /** Processes that ended without having been killed. */
  readonly unexpected: readonly string[];
  readonly analysed: number;
  readonly generations: number;
  readonly refusedWrites: number;
  readonly faults_s: number;
  readonly rest_s: number;
}

const clients = 3;
const analysesPerClient = 10;
/** Attempts of dead workers keep a cancel waiting for their lease of 60 s. */
const restWithinMs = 180_000;

export async function runChaos(settings: ChaosSettings): Promise<ChaosReport> {
  const random = createRandom(settings.seed);
  const schedule = makeSchedule(settings.analyses, random);
  for (const fault of schedule)
    settings.log(`${fault.number}: ${fault.kind}, ${fault.where}, ${Math.round(fault.lastsMs)} ms`);
  const world = await startWorld();
  try {
    return await runIn(world, settings, schedule);
  } finally {
    await world.stop();
  }
}

async function runIn(
  world: World,
  settings: ChaosSettings,
  schedule: readonly Fault[],
): Promise<ChaosReport> {
  const work = createWork(analysesPerClient);
  const fleet = startFleet(specsOf(world, settings.seed), {
    env: world.env,
    logDirectory: join(world.directory, 'logs'),
    onMessage(member, message) {
      if (message.said === 'ready') work.ready(member);
      if (message.said === 'analysed') work.analysed(member, message.index);
    },
    onEnd: (member) => work.gone(member),
  });
  try {
    const done = await disturb(world, settings, { schedule, work, fleet });
    await fleet.stop();
    const history = [...recorded(world), ...(await ledgerLines(world.sql))];
    const violations = check(history);
    const { keepIn } = settings;
    if (keepIn && violations.length + done.open.length > 0) keep(world, keepIn, history);
    return {
      schedule,
      violations,
      ...done,
      unexpected: fleet.unexpected(),
      analysed: work.done(),
      generations: history.filter((line) => line.line === 'run').length,
      refusedWrites: history.filter((line) => line.line === 'refused').length,
    };
  } finally {
    await fleet.stop();
  }
}

type Disturbed = Pick<ChaosReport, 'hits' | 'missed' | 'open' | 'faults_s' | 'rest_s'>;

/** The faults, then quiet, until everything has come to its end. */
async function disturb(
  world: World,
  { seed, log, analyses }: ChaosSettings,
  { schedule, work, fleet }: Pick<FaultRun, 'schedule' | 'work' | 'fleet'>,
): Promise<Disturbed> {
  const random = createRandom(seed + 1);
  const operator = createRecorder('operator', appendTo(join(world.directory, 'history', 'operator.ndjson')));
  const inflicter = createInflicter(world, operator, random);
  const startedAt = performance.now();
  const faults = await doFaults({ schedule, fleet, work, inflicter, random, analyses, log });
  await inflicter.healed();
  while (work.outstanding().length > 0 || work.done() < analyses) await delay(200);
  const quietAt = performance.now();
  const open = await comeToRest(world, log);
  const endedAt = performance.now();
  return { ...faults, open, faults_s: (quietAt - startedAt) / 1000, rest_s: (endedAt - quietAt) / 1000 };
}

function specsOf(world: World, seed: number): readonly MemberSpec[] {
  const program = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const worker = (role: 'control' | 'cpu', number: number): MemberSpec => {
    return { name: `${role}-${number}`, role, argv: [program('worker'), role] };
  };
  const client = (number: number): MemberSpec => {
    const name = `client-${number}`;
    const history = join(world.directory, 'history', `${name}.ndjson`);
    // One of them leaves every start to the relay.
    const dispatch = number === 1 ? 'relay' : 'now';
    const options = { name, history, dispatch, source: world.source, seed: String(seed) };
    const argv = [
      program('client'),
      ...Object.entries(options).flatMap(([key, value]) => [`--${key}`, value]),
    ];
    return { name, role: 'client', argv };
  };
  const numbers = Array.from({ length: clients }, (_, index) => index + 1);
  return [
    worker('control', 1),
    worker('control', 2),
    worker('cpu', 1),
    worker('cpu', 2),
    worker('cpu', 3),
    ...numbers.map(client),
  ];
}

const openRows = `
  select workflow_id || ' generation ' || generation || ' ' || state as what from onceflow.runs
   where state in ('pending', 'running')
  union all select 'dispatch of ' || run_id from onceflow.dispatch
  union all select 'follow-up of ' || kind || ':' || resource_id from onceflow.follow_ups`;

/** Nothing pending, running, undispatched or waiting: what is still there after the bound. */
async function comeToRest({ sql }: World, log: (line: string) => void): Promise<readonly string[]> {
  const deadline = Date.now() + restWithinMs;
  for (let looks = 0; ; looks += 1) {
    const open = (await sql(openRows)).map((row) => String(row['what']));
    if (open.length === 0 || Date.now() > deadline) return open;
    if (looks % 20 === 0) log(`at rest? ${open.length} open: ${open.slice(0, 3).join('; ')}`);
    await delay(500);
  }
}

function recorded({ directory }: World): readonly HistoryLine[] {
  return ['history', 'files/witness'].flatMap((folder) =>
    readdirSync(join(directory, folder)).flatMap((name) => readHistory(join(directory, folder, name))),
  );
}

function keep(world: World, folder: string, history: readonly HistoryLine[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'history.ndjson'), history.map((line) => `${JSON.stringify(line)}\n`).join(''));
  cpSync(join(world.directory, 'logs'), join(folder, 'logs'), { recursive: true });
}
