import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { failureOf, file, profileText, withFiles } from './profiled.ts';

withFiles();

/** Names and places, as tables have them: few letters, and no sentence. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  ja: ['田中太郎', '東京都', '佐藤花子', 'さくら', '山田タロウ'],
  zh: ['张三', '北京市', '李四', '上海浦东', '王小明'],
  tw: ['陳大文', '台北市', '林小明', '高雄', '王美麗'],
  ko: ['김철수', '서울특별시', '이영희', '부산', '박지성'],
  ru: ['Иванов Иван', 'Москва', 'Ёлкина Юлия', 'Щукин', 'Омск'],
  el: ['Γιώργος', 'Θεσσαλονίκη', 'Αθήνα', 'Ξάνθη', 'Πάτρα'],
  he: ['ירושלים', 'תל אביב', 'דוד כהן', 'חיפה', 'שרה לוי'],
  ar: ['محمد', 'القاهرة', 'أحمد حسن', 'فاطمة', 'الرياض'],
  cz: ['Jiří Novák', 'Tomáš Dvořák', 'Zdeněk Černý', 'Růžena', 'Plzeň'],
  pl: ['Kraków', 'Łódź', 'Małgorzata Wiśniewska', 'Gdańsk', 'Dąbrowa'],
  tr: ['Ayşe Yılmaz', 'Mehmet Öztürk', 'Şükrü Çelik', 'İbrahim Doğan', 'Gülşen'],
  west: ['José García', 'Jürgen Müller', 'Søren', 'François Lefèvre', 'João Gonçalves'],
  signs: ['10 €', '5 µg', '10×20', '5 °C', 'a – b'],
};

describe('older encodings of tables', () => {
  it.each([
    ['ja', 'shift_jis', 'shift_jis'],
    ['ja', 'euc-jp', 'euc-jp'],
    ['zh', 'gbk', 'gb18030'],
    ['tw', 'big5', 'big5'],
    ['ko', 'euc-kr', 'euc-kr'],
    ['ru', 'windows-1251', 'windows-1251'],
    ['ru', 'koi8-r', 'koi8-r'],
    ['ru', 'cp866', 'ibm866'],
    ['el', 'windows-1253', 'windows-1253'],
    ['he', 'windows-1255', 'windows-1255'],
    ['ar', 'windows-1256', 'windows-1256'],
    ['cz', 'windows-1250', 'windows-1250'],
    ['pl', 'iso-8859-2', 'iso-8859-2'],
    ['tr', 'windows-1254', 'windows-1254'],
    ['west', 'windows-1252', 'windows-1252'],
    ['west', 'macintosh', 'macintosh'],
    ['signs', 'windows-1252', 'windows-1252'],
    ['ru', 'utf-16le', 'utf-16le'],
    ['ru', 'utf-32le', 'utf-32le'],
  ])('reads names of %s in %s', async (language, encoding, reported) => {
    const names = NAMES[language] ?? [];
    const rows = names.map((name, index) => `${index},${name},${index}.5\n`);
    const { result, column, codes } = await profileText(
      `${language}-${encoding}.csv`,
      iconv.encode(`id,name,value\n${rows.join('')}`, encoding),
    );
    expect(result.profiling.format).toMatchObject({ encoding: reported, invalid_sequences: 0 });
    expect(column('name').top.map(({ value }) => value)).toEqual(names.toSorted());
    expect(column('value').numeric?.max).toBe(4.5);
    expect(codes).toContain('ENCODING');
  });

  it('takes no zeros within bytes for halves of wider characters', async () => {
    const { result, column } = await profileText('zeros.csv', 'id,text\n1,a\0b\n2,plain\n3,\0\n');
    expect(result.profiling.format.encoding).toBe('utf-8');
    expect(column('text').n_missing).toBe(0);
  });

  it('reads Japanese with escape sequences, and UTF-32 with a mark', async () => {
    const escaped = Buffer.from('n,v\n\x1b$B;3ED\x1b(B,1\n', 'latin1');
    expect((await profileText('mail.csv', escaped)).column('n').top[0]?.value).toBe('山田');
    const wide = iconv.encode('\ufeffn,v\nä,1\n', 'utf-32be');
    const { result, column } = await profileText('wide.csv', wide);
    expect(result.profiling.format).toMatchObject({ encoding: 'utf-32be', bom: true });
    expect(column('n').top[0]?.value).toBe('ä');
  });

  it('reads a table in the encoding that it is told, and refuses names of none', async () => {
    const bytes = iconv.encode('n,v\nGyőr,1\n', 'windows-1250');
    const told = await profileText('gyor.csv', bytes, { encoding: 'windows-1250' });
    expect(told.column('n').top[0]?.value).toBe('Győr');
    expect(await failureOf(await file('none.csv', bytes), { encoding: 'klingon' })).toMatchObject({
      code: 'UNKNOWN_ENCODING',
    });
  });
});
