import { flatten } from './text.ts';

/** One line a city: its name, then its codes and other names. A code counts in capitals only. */
const TABLE = `
Amsterdam AMS|Athens ATH Athen Athènes Atenas|Atlanta ATL|Auckland AKL|Austin AUS|Bangkok BKK|Barcelona BCN|Basel BSL
Beijing PEK Peking Pékin 北京|Berlin BER Berlim Berlino Berlijn 柏林 ベルリン|Bilbao BIO|Birmingham BHX|Bogota BOG|Bologna BLQ
Bordeaux BOD|Boston BOS|Bratislava BTS|Bremen BRE|Bristol BRS|Brussels BRU Brüssel Bruxelles Bruselas Brussel|Bucharest OTP
Budapest BUD|Buenos_Aires EZE|Cairo CAI Kairo|Cambridge|Cancun CUN|Cape_Town CPT|Chicago ORD|Cologne CGN Köln Colonia Keulen
Copenhagen CPH Kopenhagen København Copenhague|Dallas DFW|Delhi DEL|Denver DEN|Detroit DTW|Dortmund DTM|Dresden DRS|Dubai DXB
Dublin DUB|Düsseldorf DUS|Edinburgh EDI|Essen_City|Faro FAO|Florence FLR Florenz Firenze Florencia|Frankfurt FRA Francfort
Gdansk GDN Danzig|Geneva GVA Genf Genève Ginebra Ginevra|Glasgow GLA|Gothenburg GOT Göteborg|Graz GRZ|Hamburg HAM Hambourg Hamburgo
Hanover HAJ Hannover|Helsinki HEL|Hong_Kong HKG 香港|Honolulu HNL|Houston IAH|Ibiza IBZ|Istanbul IST|Jakarta CGK|Johannesburg JNB
Krakow KRK Kraków Krakau Cracovie|Kyoto 京都|Las_Vegas LAS|Leeds LBA|Leipzig LEJ|Lille|Lima LIM|Lisbon LIS Lissabon Lisboa Lisbonne Lisbona 里斯本
Liverpool LPL|London LHR LGW STN LTN Londres Londra Londen 伦敦 ロンドン|Los_Angeles LAX|Luxembourg LUX|Lyon LYS|Madeira FNC Funchal
Madrid MAD 马德里|Malaga AGP Málaga|Manchester MAN|Marseille MRS Marsella|Melbourne MEL|Mexico_City MEX|Miami MIA
Milan MXP LIN Mailand Milano Milán|Minneapolis MSP|Montreal YUL|Moscow SVO|Mumbai BOM|Munich MUC München Múnich Monaco_di_Baviera 慕尼黑 ミュンヘン
Nairobi NBO|Naples Neapel Napoli Nápoles|New_York JFK EWR LGA Nueva_York Manhattan Brooklyn 纽约 ニューヨーク|Nice NCE|Nuremberg NUE Nürnberg
Orlando MCO|Osaka KIX 大阪|Oslo OSL|Oxford|Palma PMI Mallorca|Paris CDG ORY Parigi Parijs Paryż 巴黎 パリ|Philadelphia PHL|Phoenix PHX
Porto OPO|Portland PDX|Prague PRG Prag Praga Praag|Rio_de_Janeiro GIG|Rome FCO CIA Rom Roma Rzym 罗马 ローマ|Rotterdam RTM|Salzburg SZG
San_Diego SAN|San_Francisco SFO SF SoMa Moscone 旧金山|Santiago SCL|Sao_Paulo GRU São_Paulo|Seattle SEA|Seoul ICN 首尔 ソウル
Seville SVQ Sevilla|Shanghai PVG 上海|Shenzhen SZX 深圳|Singapore SIN 新加坡|Sofia SOF|Stockholm ARN|Strasbourg SXB|Stuttgart STR
Sydney SYD 悉尼|Taipei TPE 台北|Tallinn TLL|Tel_Aviv TLV|The_Hague Den_Haag|Tokyo HND NRT 东京 東京|Toronto YYZ|Toulouse TLS|Turin TRN Torino
Valencia VLC|Vancouver YVR|Venice VCE Venedig Venezia Venecia|Vienna VIE Wien Vienne Viena|Vilnius VNO|Warsaw WAW Warschau Warszawa Varsovie
Washington IAD DCA|Wroclaw WRO Breslau|Zagreb ZAG|Zurich ZRH Zürich|Utrecht|Eindhoven EIN|Antwerp ANR Antwerpen|Ghent Gent|Poznan POZ
Potsdam|Heidelberg|Bonn|Mannheim|Freiburg|Kiel|Bath|York|Granada|Braga|Coimbra|Verona|Genoa|Pisa|Riga RIX|Reykjavik KEF|Nantes NTE
`;

type Place = { readonly name: string; readonly words: readonly string[]; readonly codes: readonly string[] };

const PLACES: readonly Place[] = TABLE.trim()
  .split(/[|\n]/)
  .map((line) => {
    const [name = '', ...others] = line.trim().split(/\s+/);
    const isCode = (text: string) => /^[A-Z]{2,3}$/.test(text);
    const words = [name, ...others.filter((text) => !isCode(text))].map((text) => text.replaceAll('_', ' '));
    return { name: name.replaceAll('_', ' '), words, codes: others.filter(isCode) };
  });

const HAN = /\p{sc=Han}|\p{sc=Katakana}/u;
const NAMES = PLACES.flatMap(({ name, words }) => words.map((word) => ({ name, flat: flatten(word), word })));
const CODES = new Map(PLACES.flatMap(({ name, codes }) => codes.map((code) => [code, name] as const)));

/** Letters that are no airport where they stand: languages, formats, sizes and months. */
const NO_CODE = /\b(?:SAN|MAN|LIN|SEA|AUS|STR|BUD|MEX|SIN|HAM|DEN|GOT|NICE)\b/;

/** The cities a text names, each once. */
export function placesOf(text: string): readonly string[] {
  const flat = flatten(text);
  const found = NAMES.filter(({ flat: name, word }) =>
    HAN.test(word) ? text.includes(word) : flat.includes(name) && isNamed(text, word),
  ).map(({ name }) => name);
  const codes = [...text.matchAll(/\b[A-Z]{2,3}\b/g)].map((match) => match[0]);
  const isRoute = codes.filter((code) => CODES.has(code)).length > 1;
  const named = codes.filter((code) => isRoute || !NO_CODE.test(code)).map((code) => CODES.get(code) ?? '');
  return [...new Set([...found, ...named])].filter((name) => name !== '').sort();
}

/** A city is written with a capital: a bath, porto and a nice lamp are none. */
function isNamed(text: string, word: string): boolean {
  const [first = ''] = word.split(' ');
  const position = text.normalize('NFKC').indexOf(first);
  return position >= 0 || text.includes(word.toUpperCase());
}
