/** Names that shells, decoders, engines and terminals give a meaning to; each ends in the extension. */
export const hostileNames = (extension: string): Readonly<Record<string, string>> => ({
  newline: `two\nlines.${extension}`,
  quotes: `it's "quoted".${extension}`,
  'leading dash': `-i.${extension}`,
  emoji: `🎬 film 🧪.${extension}`,
  'image sequence': `img%03d.${extension}`,
  glob: `*[a-z]?.${extension}`,
  protocol: `http:a|b.${extension}`,
  filtergraph: `a,b[0];c=d\\e.${extension}`,
  shell: `$(touch PWNED);\`touch PWNED\`.${extension}`,
  'escape sequence': `red\u001b[31m.${extension}`,
  'right to left': `a\u202egpj.${extension}`,
  'very long': `${'n'.repeat(240)}.${extension}`.slice(-244),
});
