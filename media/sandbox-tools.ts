/**
 * Which of the system's confinement programs are there and do work here, tried once by running each.
 *
 * Presence is not enough: unshare and bwrap need root or user namespaces, which many containers refuse.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type ToolName = 'setpriv' | 'prlimit' | 'unshare' | 'bwrap' | 'flock';

/** Each is the command's beginning, to be followed by the command that it confines; null where it does not work. */
export interface SandboxTools {
  /** Absolute path of prlimit. */
  readonly prlimit: string | null;
  /** Absolute path of setpriv. */
  readonly setpriv: string | null;
  /** Whether setpriv may take capabilities away: as root, or as what a user namespace takes for root. */
  readonly dropsCapabilities: boolean;
  /** No network, processes that cannot outlive their wrapper. */
  readonly unshare: readonly string[] | null;
  /** Absolute path of bwrap: the same, and a file system of what is needed only. */
  readonly bwrap: string | null;
  /** Absolute path of a flock that can exec its command (-F). */
  readonly flock: string | null;
  /** Whether limits on processes are counted for the child alone: in a user namespace, for ordinary users. */
  readonly countsProcesses: boolean;
}

const SEARCH_PATH = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'] as const;

export const BWRAP_NAMESPACES = ['--unshare-all', '--die-with-parent', '--cap-drop', 'ALL'] as const;
export const NO_CAPABILITIES = ['--bounding-set=-all', '--inh-caps=-all'] as const;

const UNSHARE = ['--net', '--ipc', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'] as const;
const UNSHARE_AS_USER = ['--user', '--map-root-user', ...UNSHARE] as const;

/** Tries every tool except those in `without`. About 50 ms. */
export function detectTools(without: readonly ToolName[]): SandboxTools {
  const root = process.getuid?.() === 0;
  const find = (name: ToolName): string | null => (without.includes(name) ? null : findProgram(name));
  const working = (name: ToolName, args: readonly string[]): string | null => {
    const path = find(name);
    return path && runs([path, ...args, '/bin/true']) ? path : null;
  };
  const unsharePath = find('unshare');
  const unshare = [UNSHARE, UNSHARE_AS_USER]
    .map((args) => (unsharePath ? [unsharePath, ...args] : null))
    .find((command) => command !== null && runs([...command, '/bin/true']));
  const setpriv = working('setpriv', ['--pdeathsig', 'KILL', '--no-new-privs']);
  const bwrap = working('bwrap', [
    ...BWRAP_NAMESPACES,
    '--ro-bind',
    '/',
    '/',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
  ]);
  return {
    prlimit: working('prlimit', ['--core=0']),
    setpriv,
    dropsCapabilities:
      setpriv !== null && runs([...(unshare ?? []), setpriv, ...NO_CAPABILITIES, '/bin/true']),
    unshare: unshare ?? null,
    bwrap,
    flock: working('flock', ['-F', '-x', '/dev/null']),
    countsProcesses: !root && (bwrap !== null || unshare !== undefined),
  };
}

interface Loss {
  readonly sentence: string;
  readonly when: (tools: SandboxTools) => boolean;
}

const isUnisolated = ({ bwrap, unshare }: SandboxTools): boolean => (bwrap ?? unshare) === null;

const LOSSES: readonly Loss[] = [
  {
    when: isUnisolated,
    sentence: 'No network isolation (neither bwrap nor unshare works): a hijacked decoder could connect.',
  },
  {
    when: isUnisolated,
    sentence:
      'No process namespace (neither bwrap nor unshare works): a process that leaves its session can outlive its child.',
  },
  {
    when: ({ bwrap }) => bwrap === null,
    sentence:
      'No file isolation (bwrap does not work; Debian: apt-get install bubblewrap): a hijacked decoder can read and write what the worker can.',
  },
  {
    when: ({ setpriv, bwrap }) => setpriv === null && bwrap === null,
    sentence:
      'No privilege limits (setpriv does not work; package util-linux): children keep the capabilities of the worker.',
  },
  {
    when: ({ setpriv }) => setpriv === null,
    sentence:
      'No parent-death signal (setpriv does not work; package util-linux): only the watchdog ends the children of a killed worker.',
  },
  {
    when: ({ prlimit }) => prlimit === null,
    sentence:
      'No kernel limits (prlimit does not work; package util-linux): file size, processor time and address space of children are not limited; memory and processes are sampled.',
  },
  {
    when: ({ countsProcesses, prlimit }) => !countsProcesses || prlimit === null,
    sentence:
      'Processes of children are limited by sampling, not by the kernel (which needs an ordinary user, user namespaces and prlimit): a fork bomb slows the machine until it is seen; give the container a limit on pids.',
  },
  {
    when: ({ flock }) => flock === null,
    sentence:
      'No device lock (flock does not work; package util-linux): work that needs a device of its own is refused.',
  },
  {
    when: () => !existsSync('/proc/self/stat'),
    sentence: 'No /proc: memory of children is neither measured nor limited by sampling.',
  },
];

/** What protection is missing, in plain sentences, to be printed when a worker starts. */
export function lossesOf(tools: SandboxTools): readonly string[] {
  return LOSSES.filter(({ when }) => when(tools)).map(({ sentence }) => sentence);
}

function findProgram(name: string): string | null {
  return SEARCH_PATH.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

function runs([program, ...args]: readonly string[]): boolean {
  return spawnSync(program as string, args, { stdio: 'ignore', timeout: 5_000, env: {} }).status === 0;
}
