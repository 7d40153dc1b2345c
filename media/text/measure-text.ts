/**
 * Measures one text. Three readings, all with bounded memory: the bytes, to know the encoding; a sample, for what is
 * costly; the whole text, for everything that is counted.
 */
import type { Report } from '../program/run.ts';
import { byteCensus } from './byte-census.ts';
import { type Census, censusStream } from './census.ts';
import { decodedFile } from './decode.ts';
import { encodingOf } from './encoding.ts';
import { withoutPrivate } from './entities.ts';
import { bytesAt, sizeOf } from '../program/file-bytes.ts';
import { KIBIBYTE, type TextJob } from './job.ts';
import { keywordsOf, nGramsOf } from './keywords.ts';
import { languagesOf } from './language.ts';
import { refuseBinary, refuseOthers } from './not-text.ts';
import { readabilityScores } from './readability.ts';
import { type Sample, sampleOf } from './sample.ts';
import { phrasesOf, segmentedWords } from './sample-words.ts';
import { structureOf } from './structure.ts';
import { summaryOf } from './summary.ts';
import { englishWords } from './syllables.ts';
import type { Found } from './wide.ts';

const HEAD_BYTES = 64 * KIBIBYTE;
const N_GRAMS = 15;
/** Sentences say nothing in these. */
const WITHOUT_SUMMARY = new Set(['code', 'log', 'csv', 'json', 'xml', 'html', 'list', 'unknown']);

export async function measureText(job: TextJob, report: Report): Promise<unknown> {
  const size = sizeOf(job.inputPath);
  const head = bytesAt(job.inputPath, 0, HEAD_BYTES);
  if (job.encoding === 'auto') refuseOthers(head);
  else if (size === 0) refuseOthers(head);
  // Half of the work is knowing the encoding, as far as the bar is concerned.
  const progress = (done: number): void => report({ done, total: 2 * size, unit: 'bytes' });
  const bytes = await byteCensus(job.inputPath, progress);
  const encoding = encodingOf(job.inputPath, head, bytes, job.encoding);
  if (!/^utf-?(?:16|32)/.test(encoding.name) && job.encoding === 'auto') refuseBinary(bytes);
  const sample = sampleOf(job.inputPath, size, encoding.name, encoding.bom);
  const languages = languagesOf(sample.pieces);
  const language = job.language === 'auto' ? (languages.languages[0]?.code ?? 'und') : job.language;
  const stream = censusStream(language === 'en' ? await englishWords() : null);
  for await (const piece of decodedFile(job.inputPath, encoding.name, encoding.bom, (done) =>
    progress(size + done),
  )) {
    stream.add(piece);
  }
  const census = stream.end();
  return {
    ...sections(census),
    encoding: encodingSection(encoding, census, bytes.encodedReplacements),
    sample: { bytes: sample.bytes, of_bytes: size, whole: sample.whole },
    main_language: language,
    language_given: job.language !== 'auto',
    ...languages,
    ...sampled(sample, language, job),
  };
}

function sections(census: Census): object {
  const { characters, lines, words, sentences, tokens, readability } = census;
  return {
    counts: {
      ...lines,
      ...characters,
      ...words,
      sentences,
      whitespace_tokens: tokens,
      mixed_script_words: census.mixed_script_words,
    },
    odd: census.odd,
    entities: census.entities,
    signature: census.signature,
    readability: readability && {
      ...readability.counts,
      ...readabilityScores(readability.counts, readability.opening),
    },
  };
}

function encodingSection({ name, confidence, bom, by }: Found, { odd }: Census, own: number): object {
  const count = (kind: string): number => odd.kinds.find((entry) => entry.kind === kind)?.count ?? 0;
  // What the text itself has of U+FFFD was not broken here.
  const replaced = name === 'utf-8' ? count('replacement') - own : count('replacement');
  return {
    name,
    confidence,
    bom,
    by,
    invalid_sequences: Math.max(0, replaced) + count('unpaired_surrogate'),
  };
}

/** What is read from the sample only. Nothing private of it stands in keywords, n-grams and summary. */
function sampled(sample: Sample, language: string, job: TextJob): object {
  const structure = structureOf(sample.pieces);
  const pieces = sample.pieces.map(withoutPrivate);
  const phrases = [...phrasesOf(pieces)];
  return {
    structure,
    segmented: segmentedWords(sample.pieces),
    keywords: keywordsOf(phrases, language, job.keywords),
    n_grams: nGramsOf(phrases, N_GRAMS),
    summary: WITHOUT_SUMMARY.has(structure.kind) ? null : summaryOf(pieces, language, job.summarySentences),
  };
}
