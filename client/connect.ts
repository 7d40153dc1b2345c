import type { Client } from '@temporalio/client';
import { type Config, loadConfig, type Settings } from '../config/config.ts';
import { type RunningStack, readRunningStack } from '../config/running-stack.ts';
import { createLedger, createPool } from '../ledger/index.ts';
import type { Actor } from '../ledger/ledger.ts';
import { allKinds } from './built-in-kinds.ts';
import { isObject, optionsOf, shown } from './arguments.ts';
import { createCall } from './calls.ts';
import { createChanges } from './changes.ts';
import { fromConfigError, fromKindModuleError, invalid, OnceflowError } from './errors.ts';
import { createKinds, type KindEntry } from './kinds.ts';
import type { Onceflow } from './onceflow.ts';
import { openOnceflow } from './open.ts';
import { openTemporal } from './temporal.ts';

/** What is not given comes from the environment (docs/configuration.md). */
export interface ConnectOptions
  extends Partial<
    Pick<Settings, 'databaseUrl' | 'dataDirectory' | 'owner' | 'actor' | 'role' | 'poolMax' | 'poolWaitMs'>
  > {
  readonly temporal?: { readonly address?: string; readonly namespace?: string };
  /** Kinds of your own, beside those built in and those of ONCEFLOW_KINDS: names of modules, or kinds as they are. */
  readonly kinds?: readonly (string | KindEntry)[];
  /** `now` (default): a submit also starts its workflow. `relay`: that is left to the relay of a control worker. */
  readonly dispatch?: 'now' | 'relay';
  /** Instead of this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const statementTimeoutMs = 60_000;

/**
 * Connects to the ledger that the configuration names, else to the embedded stack that runs on the data directory.
 * Throws OnceflowError CONFIG_INVALID, KIND_MODULE_NOT_FOUND, KIND_MODULE_BROKEN, KIND_TAKEN, LEDGER_UNREACHABLE,
 * LEDGER_NOT_MIGRATED. Close it, or the process stays.
 */
export async function connect(given?: ConnectOptions): Promise<Onceflow> {
  const options: ConnectOptions = optionsOf(given);
  checkShape(options);
  const config = configOf(options);
  const kinds = await kindsOf(config, options.kinds ?? []);
  const stack = config.databaseUrl === undefined ? await runningStack(config) : undefined;
  const databaseUrl = config.databaseUrl ?? stack?.databaseUrl ?? '';
  const actor: Actor = { actor: config.actor, owner: config.owner, role: config.role };
  const pool = createPool({
    databaseUrl,
    max: config.poolMax,
    waitMs: config.poolWaitMs,
    statementTimeoutMs,
  });
  const ledger = createLedger(pool);
  const temporal = temporalOf(config, stack);
  const call = createCall(config.poolWaitMs);
  const changes = createChanges(ledger);
  const onceflow = openOnceflow({
    ledger,
    call,
    changes,
    actor,
    temporal,
    kinds: createKinds(kinds),
    starter: options.dispatch === 'relay' ? undefined : temporal,
    temporalUiUrl: stack?.temporalUiUrl,
    ocrQueue: config.ocrQueue,
  });
  try {
    await call(() => ledger.getResource('connect'));
  } catch (error) {
    await onceflow.close();
    throw error;
  }
  return onceflow;
}

function checkShape({ kinds, dispatch, env, temporal }: ConnectOptions): void {
  if (kinds !== undefined && !Array.isArray(kinds)) {
    throw invalid(`kinds is ${shown(kinds)}`, 'give a list of modules, or of kinds as they are');
  }
  const isKindEntry = (kind: unknown) =>
    typeof kind === 'string' || (isObject(kind) && isObject(kind['definition']));
  const wrong = kinds?.findIndex((kind) => !isKindEntry(kind)) ?? -1;
  if (wrong >= 0) {
    throw invalid(`kind ${wrong} of the list is ${shown(kinds?.[wrong])}`, 'give a module, or {definition}');
  }
  if (dispatch !== undefined && dispatch !== 'now' && dispatch !== 'relay') {
    throw invalid(`dispatch is ${shown(dispatch)}`, 'use now or relay');
  }
  for (const [name, value] of Object.entries({ env, temporal })) {
    if (value === undefined || isObject(value)) continue;
    throw invalid(`${name} is ${shown(value)}`, 'give an object, or leave it out');
  }
}

function configOf(options: ConnectOptions): Config {
  const { kinds: _kinds, dispatch: _dispatch, env, ...overrides } = options;
  try {
    return loadConfig({ overrides, ...(env === undefined ? {} : { env }) });
  } catch (error) {
    throw fromConfigError(error);
  }
}

async function kindsOf(
  config: Config,
  given: readonly (string | KindEntry)[],
): Promise<readonly KindEntry[]> {
  const modules = given.filter((kind) => typeof kind === 'string');
  const entries = given.filter((kind) => typeof kind !== 'string');
  try {
    return [...(await allKinds([...config.kinds, ...modules])), ...entries];
  } catch (error) {
    throw fromKindModuleError(error);
  }
}

async function runningStack(config: Config): Promise<RunningStack> {
  const stack = await readRunningStack(config.dataDirectory);
  if (stack !== undefined) return stack;
  throw new OnceflowError({
    code: 'LEDGER_UNREACHABLE',
    message: 'no ledger is configured, and no embedded stack runs on the data directory',
    hint: 'start one with `onceflow up`, go to the directory where one runs, or set ONCEFLOW_DATABASE_URL',
  });
}

function temporalOf(
  config: Config,
  stack: RunningStack | undefined,
): Client & ReturnType<typeof openTemporal> {
  return openTemporal({
    address: config.temporal.address ?? stack?.temporalAddress ?? 'localhost:7233',
    namespace: config.temporal.namespace ?? stack?.temporalNamespace ?? 'default',
    ...(config.temporal.connection === undefined ? {} : { connection: config.temporal.connection }),
  });
}
