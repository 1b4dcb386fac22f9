/** Scripts in which names are written, each on its own; East Asian ones go together. (UAX 31, Recommended Scripts.) */
export const SCRIPTS: readonly { readonly name: string; readonly letters: RegExp }[] = [
  { name: 'Latin', letters: /\p{Script=Latin}/u },
  { name: 'Greek', letters: /\p{Script=Greek}/u },
  { name: 'Cyrillic', letters: /\p{Script=Cyrillic}/u },
  { name: 'Armenian', letters: /\p{Script=Armenian}/u },
  { name: 'Georgian', letters: /\p{Script=Georgian}/u },
  { name: 'Hebrew', letters: /\p{Script=Hebrew}/u },
  { name: 'Arabic', letters: /\p{Script=Arabic}/u },
  { name: 'Devanagari', letters: /\p{Script=Devanagari}/u },
  { name: 'Bengali', letters: /\p{Script=Bengali}/u },
  { name: 'Gurmukhi', letters: /\p{Script=Gurmukhi}/u },
  { name: 'Gujarati', letters: /\p{Script=Gujarati}/u },
  { name: 'Tamil', letters: /\p{Script=Tamil}/u },
  { name: 'Telugu', letters: /\p{Script=Telugu}/u },
  { name: 'Kannada', letters: /\p{Script=Kannada}/u },
  { name: 'Malayalam', letters: /\p{Script=Malayalam}/u },
  { name: 'Sinhala', letters: /\p{Script=Sinhala}/u },
  { name: 'Thai', letters: /\p{Script=Thai}/u },
  { name: 'Lao', letters: /\p{Script=Lao}/u },
  { name: 'Khmer', letters: /\p{Script=Khmer}/u },
  { name: 'Myanmar', letters: /\p{Script=Myanmar}/u },
  { name: 'Ethiopic', letters: /\p{Script=Ethiopic}/u },
  // The prolonged sound mark is a letter of no script of its own.
  {
    name: 'Chinese, Japanese or Korean',
    letters: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u30fc]/u,
  },
];

/** Latin letters that look like no other: the rest of the script are letters of phonetics that look like these. */
export const PLAIN_LATIN = /^[A-Za-zßẞæÆœŒøØþÞðÐđĐłŁħĦŋŊıſəƏ]$/u;

/** Letters of other scripts that can be read as a Latin letter, in upper or lower case (after Unicode's confusables). */
const LIKE_LATIN = new Set([
  ...'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺαγικνορσςτυχωϲϳϱ',
  ...'АВЕЅЗІЈКМНОРСТУХҮҺӀԌԚԜЬаеѕіјкмнорстухүһӏԍԛԝгпьѵѡԁ',
  ...'ՏՍՕԼՈօոսհցզյքռւա',
  ...'ყჿხჽ',
  ...'וןסטו',
  ...'اهو',
  ...'ഠംഡ',
  ...'ဝႀဂ',
  ...'ዐሀሆ',
  ...'ଠ০ంಂ',
  ...'一丨丶丿ノ〇ロ口ㅇㅣェエトー工',
]);

export const looksLatin = (letter: string): boolean => LIKE_LATIN.has(letter);
