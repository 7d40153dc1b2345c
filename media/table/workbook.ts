/** The parts of a workbook that its sheets refer to: sheet list, date styles, shared texts. */
import { TableFailure } from './failure.ts';
import { GIBIBYTE } from './job.ts';
import { notATable } from './recognise.ts';
import { attribute, parseXml } from './xml.ts';
import { corrupt, type Zip } from './zip.ts';

export interface Sheet {
  readonly name: string;
  readonly part: string;
  readonly hidden: boolean;
}

/** `elapsed`: hours, minutes or seconds that go on beyond a day. */
export type Style = 'number' | 'moment' | 'elapsed';

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** By style index: what it shows numbers as. */
  readonly styles: readonly Style[];
  readonly sharedTexts: readonly string[];
  readonly epoch1904: boolean;
}

/** Shared texts are kept in memory. */
const MOST_SHARED_CHARACTERS = GIBIBYTE / 4;

/** Throws NOT_A_TABLE for other archives, XLSX_CORRUPT, XLSX_BOMB. */
export async function readWorkbook(zip: Zip): Promise<Workbook> {
  if (!zip.has('xl/workbook.xml')) throw notATable('a ZIP archive');
  const targets = await readTargets(zip);
  const sheets: Sheet[] = [];
  let epoch1904 = false;
  await parseXml(zip.pieces('xl/workbook.xml'), {
    open: (name, attributes) => {
      // Excel writes a second workbookPr as an extension, which says nothing of dates.
      if (name === 'workbookPr')
        epoch1904 ||= ['1', 'true'].includes(attribute(attributes, 'date1904') ?? '');
      if (name !== 'sheet') return;
      const part = targets.get(attribute(attributes, 'r:id') ?? '');
      const hidden = (attribute(attributes, 'state') ?? 'visible') !== 'visible';
      if (part && zip.has(part)) sheets.push({ name: attribute(attributes, 'name') ?? '', part, hidden });
    },
    close: () => {},
    text: () => {},
  });
  if (sheets.length === 0) throw corrupt('it has no worksheets');
  return {
    sheets,
    epoch1904,
    styles: await readStyles(zip),
    sharedTexts: await readSharedTexts(zip),
  };
}

async function readTargets(zip: Zip): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  await parseXml(zip.pieces('xl/_rels/workbook.xml.rels'), {
    open: (name, attributes) => {
      if (name !== 'Relationship') return;
      const target = attribute(attributes, 'Target') ?? '';
      const part = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      targets.set(attribute(attributes, 'Id') ?? '', part);
    },
    close: () => {},
    text: () => {},
  });
  return targets;
}

async function readSharedTexts(zip: Zip): Promise<string[]> {
  const texts: string[] = [];
  if (!zip.has('xl/sharedStrings.xml')) return texts;
  let current = '';
  let inText = false;
  let inPhonetic = false;
  let characters = 0;
  await parseXml(zip.pieces('xl/sharedStrings.xml'), {
    open: (name) => {
      if (name === 'si') current = '';
      if (name === 't') inText = true;
      if (name === 'rPh') inPhonetic = true;
    },
    close: (name) => {
      if (name === 't') inText = false;
      if (name === 'rPh') inPhonetic = false;
      if (name !== 'si') return;
      texts.push(current);
      characters += current.length;
      if (characters > MOST_SHARED_CHARACTERS) throw tooLarge();
    },
    text: (text) => {
      if (inText && !inPhonetic) current += text;
    },
  });
  return texts;
}

async function readStyles(zip: Zip): Promise<Style[]> {
  const styles: Style[] = [];
  if (!zip.has('xl/styles.xml')) return styles;
  const custom = new Map<number, Style>();
  let inCells = false;
  await parseXml(zip.pieces('xl/styles.xml'), {
    open: (name, attributes) => {
      if (name === 'numFmt') {
        const id = Number(attribute(attributes, 'numFmtId'));
        if (!custom.has(id)) custom.set(id, styleOf(attribute(attributes, 'formatCode') ?? ''));
      }
      if (name === 'cellXfs') inCells = true;
      if (name === 'xf' && inCells) {
        const id = Number(attribute(attributes, 'numFmtId') ?? 0);
        styles.push(builtIn(id) ?? custom.get(id) ?? 'number');
      }
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
    text: () => {},
  });
  return styles;
}

function builtIn(id: number): Style | null {
  if (id === 46) return 'elapsed';
  const shown =
    (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || id === 45 || id === 47 || (id >= 50 && id <= 58);
  return shown ? 'moment' : null;
}

function styleOf(code: string): Style {
  // Brackets hold colours, currencies and conditions, or hours, minutes and seconds beyond a day.
  const bare = code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return 'elapsed';
  return /[dmyhs]/i.test(bare) && !/^general$/i.test(bare) ? 'moment' : 'number';
}

function tooLarge(): TableFailure {
  return new TableFailure(
    'XLSX_BOMB',
    'The texts of the workbook take more than 256 MiB.',
    'Export the sheet as CSV and profile that.',
  );
}
