/** The result in a line and a few facts. Nothing of the text itself stands in them. */
import type { MeasuredText } from './measured.ts';

export function summaryOf(measured: MeasuredText): { headline: string; facts: string[] } {
  const { counts, encoding, main_language: language, structure, readability, languages, entities } = measured;
  const number = (value: number): string => value.toLocaleString('en-US');
  const kind = structure.kind === 'unknown' ? 'text' : structure.kind;
  const language_ = language === 'und' ? 'language unknown' : (nameOf(language) ?? language);
  const personal = entities.filter((entry) => entry.personal).reduce((sum, entry) => sum + entry.count, 0);
  return {
    headline: `${number(counts.words)} ${counts.words === 1 ? 'word' : 'words'} of ${kind}, ${language_}, ${number(counts.lines)} ${counts.lines === 1 ? 'line' : 'lines'} of ${encoding.name}`,
    facts: [
      `${number(counts.sentences)} sentences, ${number(counts.distinct_words)} different words`,
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
      personal > 0 ? `${number(personal)} private entries, masked here` : '',
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
