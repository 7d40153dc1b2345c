/** Languages that the first detector does not know, and neighbours of theirs that it does (article 1 of the UDHR). */
import { expect, test } from 'vitest';
import { languagesOf } from '../../media/text/language.ts';

test.each([
  [
    'ca',
    'Tots els éssers humans neixen lliures i iguals en dignitat i en drets. Són dotats de raó i de consciència, i han de comportar-se fraternalment els uns amb els altres.',
  ],
  [
    'sq',
    'Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta. Ata kanë arsye dhe ndërgjegje dhe duhet të sillen ndaj njëri tjetrit me frymë vëllazërimi.',
  ],
  [
    'sw',
    'Kila mtu ana haki ya kutetewa na baraza la hukumu kwa makosa ya kuvunjiwa haki zake za asili anazostahili kwa mujibu wa kanuni na sheria.',
  ],
  [
    'sl',
    'Nihče ne sme biti držan ne v suženjstvu ne v tlačanski odvisnosti; suženjstvo in trgovina s sužnji v kakršnikoli obliki sta prepovedana.',
  ],
  [
    'mr',
    'सर्व मानवी व्यक्ति जन्मतःच स्वतंत्र आहेत व त्यांना समान प्रतिष्ठा व समान अधिकार आहेत. त्यांनी एकमेकांशी बंधुत्याच्या भावनेने आचरण करावे.',
  ],
  [
    'pa',
    'ਕਿਸੇ ਵੀ ਵਿਅਕਤੀ ਨੂੰ ਗੁਲਾਮ ਜਾਂ ਦਾਸ ਨਹੀਂ ਬਣਾਇਆ ਜਾਏਗਾ ਅਤੇ ਗੁਲਾਮਾਂ ਦਾ ਵਪਾਰ ਭਾਵੇਂ ਉਹ ਕਿਸੇ ਵੀ ਸ਼ਕਲ ਵਿਚ ਹੋਵੇ, ਕਰਨ ਦੀ ਮਨਾਹੀ ਹੈ ।',
  ],
  [
    'it',
    'Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.',
  ],
  [
    'pt',
    'Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência, devem agir uns para com os outros em espírito de fraternidade.',
  ],
  [
    'hi',
    'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है । उन्हें परस्पर भाईचारे के भाव से बर्ताव करना चाहिए ।',
  ],
])('%s', (code, text) => {
  expect(languagesOf([text]).languages).toMatchObject([{ code, share: 1 }]);
});

test('a passage in a rarer language does not name a text that is in another', () => {
  const english =
    'All human beings are born free and equal in dignity and rights, and should act in brotherhood.';
  const catalan =
    'Ningú no serà sotmès a esclavitud o servitud: el tràfic és prohibit en totes llurs formes.';
  const { languages } = languagesOf([[english, english, catalan, english].join('\n\n')]);
  expect(languages[0]?.code).toBe('en');
});
