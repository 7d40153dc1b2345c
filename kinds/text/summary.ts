/** The result in a line and a few facts. Nothing of the text itself stands in them. */
import { counted } from '../counted.ts';
import type { MeasuredText } from './measured.ts';

export function summaryOf(measured: MeasuredText): { headline: string; facts: string[] } {
  const { counts, encoding, main_language: language, structure, readability, languages, entities } = measured;
  const kind = structure.kind === 'unknown' ? 'text' : structure.kind;
  const language_ = language === 'und' ? 'language unknown' : (nameOf(language) ?? language);
  const personal = entities.filter((entry) => entry.personal).reduce((sum, entry) => sum + entry.count, 0);
  return {
    headline: `${counted(counts.words, 'word')} of ${kind}, ${language_}, ${counted(counts.lines, 'line')} of ${encoding.name}`,
    facts: [
      `${counted(counts.sentences, 'sentence')}, ${counted(counts.distinct_words, 'different word')}`,
      languages.length > 1
        ? languages
            .slice(0, 4)
            .map(({ code, share }) => `${code} ${(share * 100).toFixed(1)} %`)
            .join(', ')
        : '',
      typeof readability?.flesch_reading_ease !== 'number'
        ? ''
        : `Flesch reading ease ${readability.flesch_reading_ease.toFixed(1)}, ${readability.text_standard ?? ''}`,
      readability ? `${Math.max(1, Math.round(readability.reading_time_s / 60))} min to read` : '',
      personal > 0 ? `${counted(personal, 'private entry', 'private entries')}, masked here` : '',
    ].filter((fact) => fact !== ''),
  };
}

const names = new Intl.DisplayNames(['en'], { type: 'language' });

function nameOf(code: string): string | undefined {
  try {
    return names.of(code);
  } catch {
    return undefined;
  }
}
