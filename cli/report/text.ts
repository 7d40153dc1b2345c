import type { TextResult } from '../../client/index.ts';
import { number, plain, size, table } from '../text.ts';

const mostKeywords = 12;

/** Language, counts, readability, keywords, what was found and the summary. */
export function textSection(document: TextResult): string {
  const { text } = document;
  const parts = [
    fileLine(document),
    '',
    counts(text),
    readability(text),
    keywords(text),
    entities(text),
    summary(text),
  ];
  return parts.filter((part, index) => part !== '' || index === 1).join('\n');
}

type Text = TextResult['text'];

const whole = (value: number): string => value.toLocaleString('en-US');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function fileLine({ resource, text, coverage }: TextResult): string {
  const { encoding, counts } = text;
  return [
    size(resource.bytes),
    `${encoding.name}${encoding.bom ? ' with BOM' : ''} (${percent(encoding.confidence)} sure)`,
    `newlines ${counts.newlines.style}`,
    Object.keys(counts.scripts).slice(0, 3).join(', '),
    coverage.sampled ? 'languages and keywords of a sample' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function counts({ counts: all, languages, segmented }: Text): string {
  const rows: string[][] = [
    ['words', whole(all.words), 'different', whole(all.distinct_words)],
    ['sentences', whole(all.sentences), 'paragraphs', whole(all.paragraphs)],
    ['lines', whole(all.lines), 'blank', whole(all.blank_lines)],
    ['characters', whole(all.graphemes), 'code points', whole(all.code_points)],
    ['words by Unicode', whole(segmented.words), 'lexical diversity (MTLD)', number(all.mtld)],
  ];
  // Names and headings in a book are taken for all sorts of languages: below one percent they are noise.
  const spoken = languages
    .filter(({ share }, index) => index === 0 || share >= 0.01)
    .slice(0, 4)
    .map(({ code, share }) => `${code === 'und' ? 'undecided' : code} ${percent(share)}`)
    .join(', ');
  return table(rows, [1, 3]) + (spoken === '' ? '' : `\nLanguages  ${spoken}`);
}

function readability({ readability: found }: Text): string {
  if (!found) return '';
  const scores = [
    [
      'Flesch reading ease',
      number(found.flesch_reading_ease),
      'Flesch-Kincaid grade',
      number(found.flesch_kincaid_grade),
    ],
    ['Gunning fog', number(found.gunning_fog), 'SMOG', number(found.smog_index)],
    ['ARI', number(found.automated_readability_index), 'Coleman-Liau', number(found.coleman_liau_index)],
    [
      'Dale-Chall',
      number(found.dale_chall_readability_score),
      'Linsear Write',
      number(found.linsear_write_formula),
    ],
    ['LIX', number(found.lix), 'RIX', number(found.rix)],
  ];
  return `\nReadability (textstat 0.7.11): ${found.text_standard ?? 'no words'}\n${table(scores, [1, 3])}`;
}

function keywords({ keywords: found }: Text): string {
  const items = found.items
    .slice(0, mostKeywords)
    .map(({ phrase, count }) => `${plain(phrase, 40)} (${count})`);
  return items.length === 0 ? '' : `\nKeywords (RAKE)\n  ${items.join(', ')}`;
}

function entities({ entities: found }: Text): string {
  const rows = found
    .filter(({ count }) => count > 0)
    .map(({ kind, count, samples }) => [
      `  ${kind.replace('_', ' ')}`,
      whole(count),
      samples
        .slice(0, 3)
        .map((sample) => plain(sample, 30))
        .join(', '),
    ]);
  return rows.length === 0 ? '' : `\nFound, masked\n${table(rows, [1])}`;
}

function summary({ summary: found }: Text): string {
  if (!found || found.sentences.length === 0) return '';
  return `\nSummary (TextRank)\n${found.sentences.map((sentence) => `  ${plain(sentence, 300)}`).join('\n')}`;
}
