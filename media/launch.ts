/**
 * The command line that starts a pipeline confined.
 *
 *     setpriv (dies with the worker) > flock (device) > bwrap or unshare > prlimit > sh > setpriv > program
 *
 * Each wrapper replaces itself by the next, except bwrap and unshare, which stay as the leader of the group. The
 * shell connects the programs by pipes of the system and tells on descriptor 3 what became of them:
 *
 *     s            everything before the programs is done: the device is locked, the limits stand
 *     2 137        program 2 ended with 137 (as a shell counts: 128 + signal)
 *     0m0.1s 0m0s  user and system time, of the shell and of the programs
 */
import { existsSync, realpathSync } from 'node:fs';
import type { ChildCommand, ChildSpec } from './child.ts';
import { BWRAP_NAMESPACES, NO_CAPABILITIES, type SandboxTools } from './sandbox-tools.ts';

/** What programs of the system need of it: themselves, their libraries, the linker's cache. */
const SYSTEM_PATHS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/etc/ld.so.cache',
  '/etc/alternatives',
];
const OPEN_FILES = 1_024;
const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Program and arguments; run it detached, in `spec.directory`, with an empty environment. */
export function launchCommand(tools: SandboxTools, spec: ChildSpec): readonly [string, ...string[]] {
  const dieWithWorker = tools.setpriv ? [tools.setpriv, '--pdeathsig', 'KILL'] : [];
  const lock = spec.deviceLock && tools.flock ? [tools.flock, '-F', '-x', spec.deviceLock] : [];
  const namespaces = tools.bwrap ? bwrapCommand(tools.bwrap, spec) : (tools.unshare ?? []);
  const shell = ['/bin/sh', '-c', script(tools, spec.pipeline)];
  const [program, ...args] = [...dieWithWorker, ...lock, ...namespaces, ...limits(tools, spec), ...shell];
  return [program as string, ...args];
}

function bwrapCommand(bwrap: string, spec: ChildSpec): readonly string[] {
  const programs = spec.pipeline.flatMap(({ argv }) => {
    // A program is often a link; the link and what it leads to are both needed.
    return existsSync(argv[0]) ? [argv[0], realpathSync(argv[0])] : [];
  });
  const outsideSystem = programs.filter((path) => !SYSTEM_PATHS.some((root) => path.startsWith(`${root}/`)));
  return [
    bwrap,
    ...BWRAP_NAMESPACES,
    ...SYSTEM_PATHS.flatMap((path) => ['--ro-bind-try', path, path]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
    ...outsideSystem.flatMap((path) => ['--ro-bind', path, path]),
    ...spec.readable.flatMap((path) => [path.startsWith('/dev/') ? '--dev-bind' : '--ro-bind', path, path]),
  ].concat(['--bind', spec.directory, spec.directory, '--chdir', spec.directory, '--']);
}

function limits(tools: SandboxTools, { limits: limit }: ChildSpec): readonly string[] {
  if (!tools.prlimit) return [];
  // The hard limit is a second later: a program that ignores SIGXCPU is killed.
  const cpu = limit.cpuSeconds === undefined ? [] : [`--cpu=${limit.cpuSeconds}:${limit.cpuSeconds + 1}`];
  const addressSpace = limit.memory === 'resident' ? [] : [`--as=${limit.memoryBytes}`];
  const processes = tools.countsProcesses ? [`--nproc=${limit.processes + OWN_PROCESSES}`] : [];
  const always = ['--core=0', `--nofile=${OPEN_FILES}`, `--fsize=${limit.fileBytes}`];
  return [tools.prlimit, ...always, ...cpu, ...addressSpace, ...processes];
}

/** Wrappers and shells that live beside the programs. */
export const OWN_PROCESSES = 8;

function script(tools: SandboxTools, pipeline: ChildSpec['pipeline']): string {
  const confine = [
    ...(tools.setpriv ? [tools.setpriv, '--pdeathsig', 'KILL', '--no-new-privs'] : []),
    ...(tools.setpriv && tools.dropsCapabilities && !tools.bwrap ? NO_CAPABILITIES : []),
  ];
  // The shells survive SIGTERM, so that they can tell how the programs took it.
  const parts = pipeline.map(
    (command, index) => `{ trap : TERM; ${commandLine(confine, command)} 3>&-; echo ${index} $? >&3; }`,
  );
  return `trap : TERM; unset PWD OLDPWD; echo s >&3; ${parts.join(' | ')}; times >&3`;
}

function commandLine(confine: readonly string[], { argv, env = {} }: ChildCommand): string {
  const assignments = Object.entries(env).map(([name, value]) => {
    if (!ENVIRONMENT_NAME.test(name))
      throw new TypeError(`${JSON.stringify(name)} cannot name an environment variable`);
    return `${name}=${quote(value)}`;
  });
  return [...assignments, ...[...confine, ...argv].map(quote)].join(' ');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
