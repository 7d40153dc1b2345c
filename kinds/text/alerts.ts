/** What in a text deserves a look, each with the threshold that it crossed. */
import { counted } from '../counted.ts';
import type { Alert } from '../envelope.ts';
import type { MeasuredText } from './measured.ts';

const UNSURE_BELOW = 0.5;
const LONG_LINE = 10_000;
const LONG_WORD = 1000;
const MARKS_ABOVE = 6;
const MIXED_LANGUAGES_FROM = 0.15;

interface Rule {
  readonly code: string;
  readonly severity: Alert['severity'];
  readonly value: number;
  /** The alert is raised above it. */
  readonly above: number;
  readonly message: string;
  readonly where?: string | null;
}

export function alertsOf(measured: MeasuredText, misnamed: string | null): Alert[] {
  const rules = [...encodingRules(measured), ...hiddenRules(measured), ...shapeRules(measured)];
  return [
    ...rules
      .filter(({ value, above }) => value > above)
      .map(({ code, severity, value, above, message, where }) => ({
        code,
        severity,
        message,
        where: where ?? null,
        value,
        threshold: above,
      })),
    ...unsureEncoding(measured),
    ...privateAlerts(measured),
    ...(misnamed === null ? [] : [note('EXTENSION_MISMATCH', misnamed)]),
    ...(measured.counts.words === 0 ? [note('NO_WORDS', 'The text holds no words.')] : []),
  ];
}

const note = (code: string, message: string): Alert => ({
  code,
  severity: 'info',
  message,
  where: null,
  value: null,
  threshold: null,
});

function encodingRules({ encoding, counts, odd }: MeasuredText): Rule[] {
  const { newlines } = counts;
  const styles = [newlines.lf, newlines.crlf, newlines.cr].filter((one) => one > 0).length;
  return [
    {
      code: 'INVALID_SEQUENCES',
      severity: 'warning',
      value: encoding.invalid_sequences,
      above: 0,
      message: `${counted(encoding.invalid_sequences, 'place')} cannot be read as ${encoding.name} and count as U+FFFD.`,
      where: placeOf(odd, 'replacement') ?? placeOf(odd, 'unpaired_surrogate'),
    },
    {
      code: 'MIXED_NEWLINES',
      severity: 'info',
      value: styles,
      above: 1,
      message: `Lines end in different ways: ${newlines.lf} LF, ${newlines.crlf} CR LF, ${newlines.cr} CR.`,
    },
  ];
}

const HIDDEN: readonly (readonly [code: string, kind: string, message: string])[] = [
  ['CONTROL_CHARACTERS', 'control', 'control characters.'],
  ['BIDI_CONTROLS', 'bidi_control', 'characters can change the order in which text is shown.'],
  ['ZERO_WIDTH', 'zero_width', 'characters without width can hide or split words.'],
  ['TAG_CHARACTERS', 'tag', 'invisible tag characters can carry a hidden message.'],
];

function hiddenRules({ odd, counts }: MeasuredText): Rule[] {
  const count = (kind: string): number => odd.kinds.find((entry) => entry.kind === kind)?.count ?? 0;
  return [
    ...HIDDEN.map(([code, kind, message]) => ({
      ...simple(code, count(kind), message),
      where: placeOf(odd, kind),
    })),
    simple('NUL_CHARACTERS', odd.null_characters, 'NUL characters end the text for many programs.'),
    simple(
      'BIDI_UNCLOSED',
      odd.lines_with_open_bidi,
      'lines leave a bidirectional override or isolate open.',
    ),
    simple('ANSI_ESCAPES', odd.ansi_escapes, 'escape sequences would act on a terminal.'),
    simple('MIXED_SCRIPTS', counts.mixed_script_words, 'words mix letters of scripts that look alike.'),
    {
      ...simple('STACKED_MARKS', odd.longest_mark_run, 'marks are stacked on one character.'),
      above: MARKS_ABOVE,
    },
  ];
}

const simple = (code: string, value: number, message: string): Rule => ({
  code,
  severity: 'warning',
  value,
  above: 0,
  message: `${value.toLocaleString('en-US')} ${message}`,
});

function shapeRules({ counts, languages }: MeasuredText): Rule[] {
  const second = languages.filter(({ code }) => code !== 'und')[1];
  return [
    {
      code: 'LONG_LINES',
      severity: 'info',
      value: counts.longest_line_code_points,
      above: LONG_LINE,
      message: `The longest line has ${counts.longest_line_code_points.toLocaleString('en-US')} characters.`,
      where: counts.longest_line_number === null ? null : `line ${counts.longest_line_number}`,
    },
    {
      code: 'LONG_WORDS',
      severity: 'info',
      value: counts.longest_word_code_points,
      above: LONG_WORD,
      message: `The longest word has ${counts.longest_word_code_points.toLocaleString('en-US')} characters: rather data than language.`,
    },
    {
      code: 'MIXED_LANGUAGES',
      severity: 'info',
      value: second?.share ?? 0,
      above: MIXED_LANGUAGES_FROM,
      message: `${Math.round((second?.share ?? 0) * 100)} % of the text is in another language (${second?.code ?? ''}).`,
    },
  ];
}

function unsureEncoding({ encoding }: MeasuredText): Alert[] {
  if (encoding.confidence >= UNSURE_BELOW) return [];
  return [
    {
      ...note('ENCODING_UNSURE', `The encoding is a guess: ${encoding.name}.`),
      severity: 'warning',
      value: encoding.confidence,
      threshold: UNSURE_BELOW,
    },
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  email: 'e-mail addresses',
  phone: 'telephone numbers',
  iban: 'bank account numbers (IBAN)',
  credit_card: 'payment card numbers',
  ip_address: 'IP addresses',
  us_ssn: 'US social security numbers',
};

/** One alert a sort, as strong as what one could do with it. */
function privateAlerts({ entities }: MeasuredText): Alert[] {
  return entities
    .filter(({ personal, count }) => personal && count > 0)
    .map(({ kind, count }) => ({
      code: `PII_${kind.toUpperCase()}`,
      severity: kind === 'ip_address' ? 'info' : 'warning',
      message: `The text holds ${NAMES[kind] ?? kind}: ${count.toLocaleString('en-US')}.`,
      where: null,
      value: count,
      threshold: 0,
    }));
}

function placeOf(odd: MeasuredText['odd'], kind: string): string | null {
  const first = odd.kinds.find((entry) => entry.kind === kind)?.positions[0];
  return first ? `line ${first.line}, column ${first.column}` : null;
}
