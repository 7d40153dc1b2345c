/** The scripts of Unicode by their long names, as `\p{Script=...}` takes them; the frequent ones first. */
const FREQUENT =
  'Latin Han Hiragana Katakana Cyrillic Arabic Devanagari Hangul Greek Hebrew Thai Bengali Tamil Telugu Gujarati Kannada Malayalam Gurmukhi Sinhala Georgian Armenian Ethiopic Khmer Lao Myanmar Tibetan Mongolian Bopomofo Oriya';
const OTHERS =
  'Adlam Ahom Anatolian_Hieroglyphs Avestan Balinese Bamum Bassa_Vah Batak Bhaiksuki Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Coptic Cuneiform Cypriot Cypro_Minoan Deseret Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Garay Glagolitic Gothic Grantha Gunjala_Gondi Gurung_Khema Hanifi_Rohingya Hanunoo Hatran Imperial_Aramaic Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khojki Khudawadi Kirat_Rai Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mro Multani Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sogdian Sora_Sompeng Soyombo Sundanese Sunuwar Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tangsa Tangut Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square';

/** Common, Inherited and Unknown end the list: they are no script of their own. */
export const SCRIPTS: readonly string[] = [
  ...FREQUENT.split(' '),
  ...OTHERS.split(' '),
  'Common',
  'Inherited',
  'Unknown',
];

const tests = SCRIPTS.slice(0, -1).map((name) => scriptTest(name));

/** A script that this runtime's Unicode does not know has no characters here. */
function scriptTest(name: string): RegExp {
  try {
    return new RegExp(`^\\p{Script=${name}}$`, 'u');
  } catch {
    return /^$/;
  }
}

/** Index into SCRIPTS, plus one, of each code point that was asked for. */
const known = new Uint8Array(0x110000);

export function scriptIndex(codePoint: number): number {
  const seen = known[codePoint] as number;
  if (seen !== 0) return seen - 1;
  const character = String.fromCodePoint(codePoint);
  const found = tests.findIndex((test) => test.test(character));
  const index = found < 0 ? SCRIPTS.length - 1 : found;
  known[codePoint] = index + 1;
  return index;
}
