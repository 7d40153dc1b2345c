import { isAbsolute } from 'node:path';
import { runStates } from '../policy/states.ts';
import { invalid, type OnceflowError } from './errors.ts';
import type { CleanOptions, ResetPoint, WaitOptions } from './onceflow.ts';

/**
 * What callers get wrong although types say otherwise: plain JavaScript, parsed JSON, a cast. Each check throws
 * INVALID_ARGUMENT, before anything is asked of the ledger.
 */

/** A value in a sentence: short, and never a failure of its own. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'nothing' : String(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The options of a call, none of them where there are no options. */
export function optionsOf<Options extends object>(options: Options | undefined): Partial<Options> {
  if (options === undefined) return {};
  if (isObject(options)) return options;
  throw invalid(`the options are ${shown(options)}`, 'give an object, or leave them out');
}

const longestText = 1_000;

/** A text for people, where one is given: null and undefined are none. */
export function checkText(name: string, text: unknown): void {
  if (text === undefined || text === null) return;
  if (typeof text === 'string' && text.length <= longestText) return;
  const what = typeof text === 'string' ? `has ${text.length} characters` : `is ${shown(text)}`;
  throw invalid(`${name} ${what}`, `give a text of at most ${longestText} characters`);
}

/** Of `events` and `duplicates`. */
export function checkLimit(limit: unknown): void {
  if (limit === undefined || limit === null) return;
  if (Number.isSafeInteger(limit) && (limit as number) >= 0) return;
  throw invalid(`limit is ${shown(limit)}`, 'give a whole number from 0 on');
}

/** NaN for `timeoutMs` would wait for ever, and ask the ledger without a pause. */
export function checkWait({ timeoutMs, signal }: Partial<WaitOptions>): void {
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0)) {
    throw invalid(`timeoutMs is ${shown(timeoutMs)}`, 'give milliseconds from 0 on, or leave it out to wait');
  }
  // Not `instanceof`: another realm's signals, and those of other libraries, are as good.
  if (signal === undefined || typeof signal?.addEventListener === 'function') return;
  throw invalid(`signal is ${shown(signal)}`, 'give the signal of an AbortController');
}

const filterTexts = ['kind', 'owner', 'resourceId', 'cursor'] as const;

/** A state that there is not would find nothing, as if nothing were in it. */
export function checkFilter(filter: Readonly<Record<string, unknown>>): void {
  for (const name of filterTexts) {
    if (filter[name] === undefined || typeof filter[name] === 'string') continue;
    throw invalid(`${name} is ${shown(filter[name])}`, 'give a text, or leave it out');
  }
  const { state, limit } = filter;
  if (state !== undefined && !runStates.some((each) => each === state)) {
    throw invalid(`${shown(state)} is no state`, `the states are ${runStates.join(', ')}`);
  }
  if (limit === undefined || (typeof limit === 'number' && !Number.isNaN(limit))) return;
  throw invalid(`limit is ${shown(limit)}`, 'give a whole number from 1 to 1000');
}

export function checkResetPoint(to: ResetPoint | undefined): void {
  if (to === undefined || to === 'first' || to === 'last') return;
  if (isObject(to)) {
    if ('step' in to && typeof to.step === 'string') return;
    if ('eventId' in to && Number.isSafeInteger(to.eventId)) return;
  }
  throw invalid(`${shown(to)} is no reset point`, 'use first, last, {step} or {eventId}');
}

export function checkStore({ store }: Partial<CleanOptions>): string {
  if (typeof store === 'string' && isAbsolute(store) && !store.includes('\u0000')) return store;
  throw noStore(store);
}

function noStore(store: unknown): OnceflowError {
  const hint = 'give the absolute path of `artefacts/` below the data directory of the workers';
  return invalid(`store is ${shown(store)}, which is no absolute path`, hint);
}
