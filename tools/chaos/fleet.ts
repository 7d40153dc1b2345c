import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultPoint } from '../../ledger/fault-points.ts';
import type { FromProcess, ToProcess } from './messages.ts';
import { type Role, roleAt } from './schedule.ts';

export interface MemberSpec {
  readonly name: string;
  readonly role: Role;
  readonly argv: readonly string[];
}

export interface Member extends MemberSpec {
  send(message: ToProcess): void;
  kill(signal: NodeJS.Signals): void;
}

export interface Held {
  readonly member: Member;
  readonly workflowId: string;
  go(as: 'usual' | 'lost'): void;
}

/** The processes of a fault run, each started again when it ends; all are gone when `stop` resolves. */
export interface Fleet {
  members(role: Role): readonly Member[];
  /** Resolves when a process has come to the window; null: none did in time. */
  holdAt(point: FaultPoint, fault: number, withinMs: number): Promise<Held | null>;
  /** Ends that nobody asked for. */
  unexpected(): readonly string[];
  stop(): Promise<void>;
}

interface FleetSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logDirectory: string;
  readonly onMessage: Told;
  /** The process is gone, and what it was doing with it. */
  readonly onEnd: (member: Member) => void;
}

const restartMs = 200;
const drainMs = 15_000;

interface Running {
  readonly child: ChildProcess;
  readonly member: Member;
  killed: boolean;
}

type Told = (member: Member, message: FromProcess) => void;

export function startFleet(specs: readonly MemberSpec[], settings: FleetSettings): Fleet {
  const holds = createHolds();
  const onMessage: Told = (member, message) => {
    if (message.said !== 'held') settings.onMessage(member, message);
    else holds.held(member, message);
  };
  const { running, unexpected, stop } = keepAll(specs, { ...settings, onMessage });
  const members = (role: Role) =>
    [...running.values()].map(({ member }) => member).filter((member) => member.role === role);
  return {
    members,
    unexpected: () => unexpected,
    async holdAt(point, fault, withinMs) {
      const armed = members(roleAt(point));
      const held = holds.expect(fault);
      for (const member of armed) member.send({ do: 'arm', point, fault });
      const first = await Promise.race([held, delay(withinMs, null, { ref: false })]);
      holds.forget(fault);
      for (const member of armed) member.send({ do: 'disarm', fault });
      return first;
    },
    stop,
  };
}

/** Who comes to an armed window first is the one; whoever comes after him goes on. */
function createHolds() {
  const expected = new Map<number, (held: Held) => void>();
  return {
    expect: (fault: number) => new Promise<Held>((resolve) => expected.set(fault, resolve)),
    forget: (fault: number) => void expected.delete(fault),
    held(member: Member, { fault, workflowId }: Extract<FromProcess, { said: 'held' }>) {
      const go = (as: 'usual' | 'lost') => member.send({ do: 'go', fault, as });
      const first = expected.get(fault);
      expected.delete(fault);
      if (first) first({ member, workflowId, go });
      else go('usual');
    },
  };
}

function keepAll(specs: readonly MemberSpec[], settings: FleetSettings) {
  const running = new Map<string, Running>();
  const unexpected: string[] = [];
  let stopping = false;
  const start = (spec: MemberSpec) => {
    const child = launch(spec, settings);
    const one: Running = { child, member: memberOf(spec, child, () => (one.killed = true)), killed: false };
    running.set(spec.name, one);
    child.on('message', (message: FromProcess) => settings.onMessage(one.member, message));
    child.once('exit', (code, signal) => {
      running.delete(spec.name);
      if (!one.killed && !stopping) {
        const last = lastLine(settings.logDirectory, spec.name);
        // One that starts while a server is down says so and is started again, as under any supervisor.
        const gaveUp = code === 1 && last.includes('ended');
        if (!gaveUp) unexpected.push(`${spec.name} ended by itself (${signal ?? code}): ${last}`);
      }
      settings.onEnd(one.member);
      if (!stopping) setTimeout(() => stopping || start(spec), restartMs);
    });
  };
  for (const spec of specs) start(spec);
  return {
    running,
    unexpected,
    async stop() {
      stopping = true;
      await Promise.all([...running.values()].map(({ child }) => endInOrder(child)));
    },
  };
}

function launch(spec: MemberSpec, { env, logDirectory }: FleetSettings): ChildProcess {
  const log = openSync(join(logDirectory, `${spec.name}.log`), 'a');
  const child = spawn(process.execPath, [...spec.argv], {
    env: { ...env },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  // A message to a process that has just died.
  child.on('error', () => undefined);
  return child;
}

function lastLine(logDirectory: string, name: string): string {
  const lines = readFileSync(join(logDirectory, `${name}.log`), 'utf8')
    .trimEnd()
    .split('\n');
  return (lines.at(-1) ?? '').slice(0, 400);
}

function memberOf(spec: MemberSpec, child: ChildProcess, onKill: () => void): Member {
  return {
    ...spec,
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    kill(signal) {
      if (signal === 'SIGKILL') onKill();
      child.kill(signal);
    },
  };
}

async function endInOrder(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const late = await Promise.race([ended, delay(drainMs, 'late' as const, { ref: false })]);
  if (late !== 'late') return;
  child.kill('SIGKILL');
  await ended;
}
