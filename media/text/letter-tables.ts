/**
 * What texts in an older encoding mostly consist of beyond ASCII: a wrong reading of the same bytes has other characters.
 * The frequent letters, syllables and characters of the languages that were written in it.
 */
export interface Candidate {
  /** As iconv-lite knows it. */
  readonly name: string;
  /** The name that is reported. */
  readonly reported: string;
  /** Of each language by itself: a text is in one of them. */
  readonly languages: readonly ReadonlySet<number>[];
  /** Share of the characters beyond ASCII that the frequent ones have in real texts. */
  readonly usual: number;
  /** For languages in Latin letters. */
  readonly latin: boolean;
}

const SIGNS = '’‘“”„–—«»…°€£§·©®';
const WESTERN = [
  'éèêëàâçîïôœùûüÿæ',
  'äöüß',
  'áéíóúñü¿¡ªº',
  'ãõáéíóúâêôàç',
  'åäöéæøüô',
  'áðéíóúýþæö',
  'éèàìòùîó',
  'éëïóöüèê',
  'àèéíïòóúüç·',
];
const CENTRAL = ['ąćęłńóśźż', 'áčďéěíňóřšťúůýž', 'áäčďéíĺľňóôŕšťúýž', 'áéíóöőúüű', 'ăâîşţ', 'čćđšž', 'äöüß'];
const TURKISH = ['çğıöşüİâîû', 'əçğıöşüİ'];
const BALTIC = ['ąčęėįšųūž', 'āčēģīķļņšūž', 'äöõüšž'];
const CYRILLIC = [
  'абвгдежзийклмнопрстуфхцчшщъыьэюяё№',
  'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя',
  'абвгдђежзијклљмнњопрстћуфхцчџшѓќѕ',
  'абвгдеёжзійклмнопрстуўфхцчшыьэюя',
];
const GREEK = ['αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊ'];
const HEBREW = ['אבגדהוזחטיךכלםמןנסעףפץצקרשת־״׳'];
const ARABIC = ['ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآئؤ،؛؟ًٌٍَُِّْـ', 'ابپتثجچحخدذرزژسشصضطظعغفقکگلمنهوی،؛؟'];
const THAI = ['กขคฆงจฉชซญฎฏฐณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไ็่้์ๆฯ'];
const VIETNAMESE = ['ăâđêôơưáàãéèíìóòúùý\u0300\u0301\u0303\u0309\u0323'];
const KANA =
  'のにはをたがでてとしれさいるなもこらかすきっんくうよせそけつりおめだえみまちどあ、。ーンスルトイラリアクシドレジッフロテマカタムプ「」・日人年大一本中国会者事出私見上生分行前今時間';
const SIMPLIFIED =
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程，。、；：“”（）！？《》';
const TRADITIONAL =
  '的一是不我有大在人了中到資要可以這個你會好為上來就學交也用能如文時沒說他看提那問生過下請天們所多麼小想得之還電出工對都機自後子而訊站去心只家知國台很信成章何同道地發法無然但嗎當於本現年前真最和新因果定意情點題其事方清科樣些吧三此位理行作經者什謝名日正華話開實再城愛與二動比高面又車力或種像應女教分手打已次長太明己便部民政關等相市長業體公外水世進全主間兩加氣性山原利回老內見件期活保代建市，。、；：「」（）！？';
const HANGUL =
  '이다는에의가을로하고한지사기도를은인나정대서어시스리자해과일아수전있보제그상구으주장동부원적선들라여만게니습것당국조공면신우성세계와했화유안진무개위학소오관생모문중영요였경법물발년통할실용비등연내간민회입말명마최된방데미일었원저반없때재러두며분월심거교바음체';

const set = (text: string): ReadonlySet<number> =>
  new Set([...text].map((character) => character.codePointAt(0) as number));

const alphabets = (
  name: string,
  languages: readonly string[],
  latin: boolean,
  reported = name,
): Candidate => ({
  name,
  reported,
  languages: languages.map((letters) => set(letters + letters.toUpperCase() + SIGNS)),
  usual: 1,
  latin,
});
const characters = (name: string, frequent: string, usual: number): Candidate => ({
  name,
  reported: name,
  languages: [set(frequent)],
  usual,
  latin: false,
});

/** Cyrillic, Greek, Hebrew, Arabic, Thai: a letter a byte. */
export function isOtherAlphabet({ latin, usual }: Candidate): boolean {
  return !latin && usual === 1;
}

/** Of equals the first wins. */
export const CANDIDATES: readonly Candidate[] = [
  characters('shift_jis', KANA, 0.62),
  characters('euc-jp', KANA, 0.62),
  characters('gb18030', SIMPLIFIED, 0.65),
  characters('big5', TRADITIONAL, 0.6),
  characters('euc-kr', HANGUL, 0.65),
  alphabets('windows-1252', WESTERN, true),
  alphabets('windows-1250', CENTRAL, true),
  alphabets('iso-8859-2', CENTRAL, true),
  alphabets('windows-1251', CYRILLIC, false),
  alphabets('koi8-r', CYRILLIC, false),
  alphabets('koi8-u', CYRILLIC, false),
  alphabets('iso-8859-5', CYRILLIC, false),
  alphabets('cp866', CYRILLIC, false, 'ibm866'),
  alphabets('windows-1253', GREEK, false),
  alphabets('windows-1254', TURKISH, true),
  alphabets('windows-1257', BALTIC, true),
  alphabets('windows-1255', HEBREW, false),
  alphabets('windows-1256', ARABIC, false),
  alphabets('windows-874', THAI, false),
  alphabets('windows-1258', VIETNAMESE, true),
  alphabets('iso-8859-15', WESTERN, true),
  alphabets('macintosh', WESTERN, true),
  alphabets('cp437', WESTERN, true, 'ibm437'),
];
