/** Whether a file may go on, or is held back for somebody to look at; each reason with the limit that it passed. Pure. */
import type { ContentFound } from '../content/found.ts';
import { isMismatch } from '../content/mismatch.ts';

export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly value: number | string | null;
  readonly threshold: number | string | null;
}

export const limits = { ratio: 100, explodingBytes: 100 * 1024 ** 2 } as const;

/** Text that a double click runs. */
const RUNS = new Set([
  ...'bat cmd ps1 psm1 vbs vbe jse wsf wsh hta reg inf scf url desktop command'.split(' '),
  ...'pif scr cpl sct msc jnlp application appref-ms settingcontent-ms library-ms'.split(' '),
]);
const LOCKED = 'NAMES_ENCRYPTED';
const LIES = ['OVERLAPPING_ENTRIES', 'SIZE_LIES', 'EXPLODES'];

type Rule = (found: ContentFound, declared: string | null, bytes: number) => Reason | null;

const reason = (
  code: string,
  message: string,
  value: Reason['value'] = null,
  threshold: Reason['threshold'] = null,
): Reason => ({ code, message, value, threshold });

const reasonIfAny = (
  code: string,
  value: number | undefined,
  says: (value: number) => string,
): Reason | null => (value === undefined || value === 0 ? null : reason(code, says(value), value, 0));

const rules: readonly Rule[] = [
  (_found, _declared, bytes) => (bytes === 0 ? reason('EMPTY_FILE', 'The file holds no bytes.', 0, 1) : null),
  (found, declared) =>
    isMismatch(declared, found)
      ? reason(
          'TYPE_MISMATCH',
          `The name says .${declared}, the content is ${nameOf(found)}.`,
          found.type.mime,
          declared,
        )
      : null,
  ({ type }, declared) => {
    if (type.family === 'executable')
      return reason('EXECUTABLE', `The file is a program: ${type.container}.`, type.mime);
    const runs = declared !== null && RUNS.has(declared) && type.family !== 'image';
    return runs
      ? reason('EXECUTABLE', `A file named .${declared} is run when it is opened.`, declared)
      : null;
  },
  ({ archive }) =>
    reasonIfAny(
      'EXECUTABLE_IN_ARCHIVE',
      archive?.n_executables,
      (n) => `${n} entries of the archive are named like programs.`,
    ),
  ({ archive }) => {
    const names = archive?.problems.find(({ code }) => code === LOCKED);
    if (names) return reason('ENCRYPTED_ARCHIVE', names.message, names.code);
    return reasonIfAny(
      'ENCRYPTED_ARCHIVE',
      archive?.n_encrypted,
      (n) => `${n} entries are encrypted: nobody can look into them.`,
    );
  },
  ({ encrypted_document: encrypted }) =>
    encrypted
      ? reason('ENCRYPTED_DOCUMENT', 'The document is under a password: nobody can look into it.')
      : null,
  ({ archive }) => exploding(archive),
  ({ macros }) =>
    reasonIfAny(
      'MACROS',
      macros.length,
      (n) => `The document brings code that opens with it, in ${n === 1 ? 'one part' : `${n} parts`}.`,
    ),
  ({ archive }) =>
    reasonIfAny(
      'TRAVERSAL_NAMES',
      archive?.n_traversal_names,
      (n) => `${n} entries are named to be written outside of where they are unpacked.`,
    ),
  ({ archive }) =>
    reasonIfAny(
      'ESCAPING_LINKS',
      archive?.n_escaping_links,
      (n) => `${n} links of the archive lead out of it.`,
    ),
  ({ archive }) =>
    reasonIfAny('DEVICE_ENTRIES', archive?.n_devices, (n) => `${n} entries are devices or pipes.`),
  ({ polyglot }) =>
    polyglot === null ? null : reason('POLYGLOT', `The same bytes are a ${polyglot} archive too.`, polyglot),
  ({ archive, problems }) => {
    const told = [...(archive?.problems ?? []), ...problems].filter(
      ({ code }) => code !== LOCKED && !LIES.includes(code),
    );
    return told[0] ? reason('DAMAGED', told[0].message, told[0].code) : null;
  },
];

function exploding(archive: ContentFound['archive']): Reason | null {
  if (!archive) return null;
  const lie = archive.problems.find(({ code }) => LIES.includes(code));
  if (lie) return reason('EXPLODING_ARCHIVE', lie.message, lie.code);
  const ratio = archive.ratio ?? 0;
  if (ratio <= limits.ratio || archive.unfolded_bytes <= limits.explodingBytes) return null;
  return reason(
    'EXPLODING_ARCHIVE',
    `The archive unfolds to ${Math.round(ratio)} times its size.`,
    ratio,
    limits.ratio,
  );
}

function nameOf({ type }: ContentFound): string {
  return type.container === 'unknown' ? 'of no format that we know' : type.container;
}

/** Empty: accept. */
export function quarantineReasons(
  found: ContentFound,
  declared: string | null,
  bytes: number,
): readonly Reason[] {
  return rules.flatMap((rule) => rule(found, declared, bytes) ?? []);
}
