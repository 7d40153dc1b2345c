/** What is said, as reports of several kinds show it. */
import type { AudioResult } from '../../client/index.ts';
import { number, plain } from '../text.ts';

const mostCharacters = 600;

/** Empty where it was not asked for. */
export function transcriptLine(transcript: AudioResult['audio']['transcript']): string {
  if (!transcript) return '';
  if (transcript.status === 'skipped') {
    return `transcript  none: ${plain(transcript.reason)}. ${plain(transcript.hint, 200)}`;
  }
  if (transcript.word_count === 0) return 'transcript  no words';
  const { text, confidence, word_count: words, uri } = transcript;
  const said = plain(text ?? '', mostCharacters);
  const rest = text === null || text.length > mostCharacters ? `  all of it in ${uri}` : '';
  return `transcript  ${words} words, confidence ${number(confidence)}${rest}${said === '' ? '' : `\n  ${said}`}`;
}
