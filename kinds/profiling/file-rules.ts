/** What the bytes themselves gave reason to say: encoding, rows that were lost, header, sheets. */
import { quoted } from './column-rules.ts';
import { MOST_SKIPPED_ROWS } from './params.ts';
import type { TableProfile } from './profile.ts';
import type { Finding } from './result.ts';

interface FileRule {
  readonly code: string;
  readonly severity: Finding['severity'];
  /** How often; 0 or false: nothing to say. */
  readonly value: (profile: TableProfile) => number | boolean;
  readonly says: (profile: TableProfile) => string;
}

function suspicion(row: number, skipped: number): string {
  if (row === skipped) return `Row ${row + 1} looks like a header: rerun with header first-row.`;
  const hint = row > MOST_SKIPPED_ROWS ? '' : `: rerun with skip_rows ${row}`;
  return `Row ${row + 1} looks like the header, with notes above it${hint}.`;
}

/** Of older encodings there is no proof. */
function guessed({ encoding, bom }: TableProfile['format']): string {
  if (bom || /^utf/.test(encoding ?? '')) return '';
  return ' (by its letters; if they look wrong, rerun with the param encoding)';
}

const FILE_RULES: readonly FileRule[] = [
  {
    code: 'REJECTED_ROWS',
    severity: 'warning',
    value: ({ rows }) => rows.n_rejected,
    says: ({ rows }) =>
      `${rows.n_rejected} rows could not be read and are left out${linesOf(rows.rejected)}.`,
  },
  {
    code: 'RAGGED_ROWS',
    severity: 'warning',
    value: ({ rows }) => rows.n_padded,
    says: ({ rows }) =>
      `${rows.n_padded} rows are short; what they lack counts as missing${linesOf(rows.padded)}.`,
  },
  {
    code: 'ENCODING',
    severity: 'info',
    value: ({ format }) => format.encoding !== null && format.encoding !== 'utf-8',
    says: ({ format }) =>
      `The text is ${format.encoding}${format.bom ? ' with a byte order mark' : ''}, not UTF-8${guessed(format)}.`,
  },
  {
    code: 'INVALID_CHARACTERS',
    severity: 'warning',
    value: ({ format }) => format.invalid_sequences,
    says: ({ format }) => `${format.invalid_sequences} broken characters were replaced by U+FFFD.`,
  },
  {
    code: 'MIXED_NEWLINES',
    severity: 'info',
    value: ({ format }) => format.newline === 'mixed',
    says: () => 'Lines end in more than one way.',
  },
  {
    code: 'DUPLICATE_HEADERS',
    severity: 'warning',
    value: ({ format }) => format.duplicate_headers.length,
    says: ({ format }) =>
      `Columns share a name, and were numbered: ${format.duplicate_headers.map(quoted).join(', ')}.`,
  },
  {
    code: 'HEADER_SUSPECT',
    severity: 'warning',
    value: ({ format }) => (format.header_suspect_row === null ? 0 : format.header_suspect_row + 1),
    says: ({ format }) => suspicion(format.header_suspect_row ?? 0, format.skipped_rows ?? 0),
  },
  {
    code: 'ROWS_SKIPPED',
    severity: 'info',
    value: ({ format }) => format.skipped_rows ?? 0,
    says: ({ format }) => `${format.skipped_rows} rows above the table were left out.`,
  },
  {
    code: 'NO_HEADER',
    severity: 'info',
    value: ({ format }) => format.header === 'none',
    says: ({ format }) => `No header: ${format.header_reason}.`,
  },
  {
    code: 'FORMULAS',
    severity: 'info',
    value: ({ format }) => format.sheets.reduce((sum, sheet) => sum + sheet.formulas, 0),
    says: () => 'Cells are formulas; the values saved with them were read.',
  },
  {
    code: 'HIDDEN_SHEETS',
    severity: 'info',
    value: ({ format }) => format.sheets.filter((sheet) => sheet.hidden).length,
    says: () => 'Sheets of the workbook are hidden.',
  },
];

/** `mismatch` says what the name promised and the content did not keep, or is null. */
export function fileAlerts(profile: TableProfile, mismatch: string | null): Finding[] {
  const misnamed: Finding[] =
    mismatch === null
      ? []
      : [
          {
            code: 'EXTENSION_MISMATCH',
            severity: 'warning',
            message: mismatch,
            value: null,
            threshold: null,
          },
        ];
  const found = FILE_RULES.flatMap(({ code, severity, value, says }): Finding[] => {
    const seen = value(profile);
    if (seen === false || seen === 0) return [];
    return [{ code, severity, message: says(profile), value: seen === true ? null : seen, threshold: 0 }];
  });
  return [...misnamed, ...found];
}

function linesOf(rows: readonly { line: number | null }[]): string {
  const lines = rows.flatMap(({ line }) => (line === null ? [] : [line])).slice(0, 5);
  if (lines.length === 0) return '';
  return ` (lines ${lines.join(', ')}${rows.length > lines.length ? ', ...' : ''})`;
}
