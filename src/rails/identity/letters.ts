/**
 * Letters that look like a Latin one. Each line: the Latin letter or letters, then what resembles them: Cyrillic, Greek,
 * Armenian, Cherokee, Coptic, Lisu, Hebrew, and Latin letters that do not decompose. Accented, fullwidth and mathematical
 * letters are not here: Unicode's compatibility decomposition makes them plain.
 */
const LOOKS_LIKE = `
a аɑαᴀⲁᎪꓮɐ
ae æӕ
b вьƅɓʙᏏᏴꓐβъⲃ
c сϲᴄⲥᏟꓚςҫƈɔ
d ԁɖɗđðᴅᎠᏧꓓժ
e еєεɛᴇⲉᎬꓰҽəɜ
f ƒϝꜰғꓝք
g ɡɢԍցɠǥᏀᎶꓖ
h һнհʜħɦᎻᏂꓧңҥⲏ
i іιıɪɩɨᎥꓲւⲓ
j јϳյᴊᎫꓙɟ
k кκᴋĸқҝӄƙᏦꓗҟⲕ
l ӏłƚɫɭʟןוᏞꓡا丨
m мɱᴍᎷꓟⲙ
n пηոռղɴŋɲƞπꓠⲛր
o оοօσøɵᴏסⲟꓳ口ロөӨ०ഠ೦๐໐
oe œ
p рρᴘⲣƥþᏢꓑ
q ԛզɋ
r гɼɾʀᴦᎡᏒꓣ
s ѕʂꜱᏚꓢՏ
ss ß
t тτᴛŧƫᎢꓔⲧ
u υսμʉᴜꓴմц
v νѵʋᴠᏙꓦט
w ԝшщωաᴡⲱᎳᏔꓪѡ
x хχҳӽꓫⲭ
y уγүұƴʏᎽꓬⲩ
z ᴢʐƶᏃꓜⲍ
3 зӡʒȝ
4 ч
`;

/** From a character, in either case, to the Latin letters it resembles. */
export const LATIN_FOR: ReadonlyMap<string, string> = new Map(
  LOOKS_LIKE.trim()
    .split('\n')
    .flatMap((line) => {
      const [latin = '', alike = ''] = line.split(' ');
      return [...alike].flatMap((letter) => [
        [letter, latin] as const,
        [letter.toLowerCase(), latin] as const,
      ]);
    }),
);

const TWINS: ReadonlySet<string> = new Set('асԁеһіјӏорԛѕԝхуѵԍοανιρυκϲօսհոցзьєгпꓳ-0123456789');

/** Whether a word is made of nothing but foreign letters that cannot be told from Latin ones. */
export function isLatinTwin(word: string): boolean {
  return /[^\0-\x7f]/.test(word) && [...word].every((letter) => TWINS.has(letter));
}
