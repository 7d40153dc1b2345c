/** How the numbers are counted, where other tools count otherwise. */
export const CONVENTIONS: Readonly<Record<string, string>> = {
  code_points: 'without the byte order mark; an unpaired surrogate counts as one',
  lines: 'ended by LF, CR LF or CR; what follows the last of them is a line too if it is not empty',
  paragraphs: 'runs of lines that are not blank',
  words: "\\w+(?:['’]\\w+)* with Python's \\w: letters and numbers of all scripts and _, no marks",
  segmented: 'words of Intl.Segmenter, for languages written without spaces; of the sample',
  distinct_words: 'in lower case; hapax: words that occur once',
  mtld: 'threshold 0.72, mean of both directions',
  sentences: 'end at . ! ? … before whitespace, at the full stops of other scripts, and at blank lines',
  graphemes:
    'extended grapheme clusters as until Unicode 15.0; graphemes_with_conjuncts: as since 15.1, Indic conjuncts are one',
  scripts: "Unicode's Script property; what scripts share is in common_to_scripts",
  languages:
    'tinyld n-grams over paragraphs of at most 1,000 units, franc trigrams for languages that it does not know; share of letters',
  readability:
    'English only, as textstat 0.7.11: CMU dictionary, else hyphenation patterns; sentences of more than two words',
  difficult_words: 'different words of two or more syllables that are not in the Dale-Chall list',
  reading_time_s: '14.69 ms for each character that is not whitespace',
  keywords: 'RAKE, phrases of up to three words; ordered by score and count',
  entities:
    'by pattern and check digit; names and addresses of people are not looked for; samples are masked',
  summary: 'TextRank over at most 300 sentences; sentences of the text, private parts replaced',
  signature:
    'simhash64 over words, minhash (one permutation, 64 bins) over runs of three; words in lower case, unspaced scripts by character',
  structure: 'a guess by the beginning and the first 2,000 lines',
};
