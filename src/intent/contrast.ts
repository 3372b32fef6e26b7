import { flatten } from './text.ts';

/** Pairs that exclude each other: what one side of the words asks for, the other side of a purchase is not. */
// biome-ignore format: a table
const CONTRASTS: readonly (readonly [string, RegExp, RegExp])[] = [
  ['binding', / (pay as you go|one off|one time|short term|no commitment) /, / (committed|monthly plan|annual|annually|yearly|subscription|contract) /],
  ['class', / (economy|second class|standard class|2nd class|zweite klasse|seconde) /, / (business|executive|first class|premium|1st class|erste klasse|premiere|business class) /],
  ['environment', / (staging|test environment|dev|sandbox|development) /, / (production|prod|live) /],
  ['environment', / (production|prod) /, / (staging|sandbox) /],
  ['format', / (search ads?|search campaign) /, / (display|video|shopping ads|youtube|banner) /],
  ['renewal', / (renew|renewal|renewing|extend|existing|verlangern|renouveler|renovar|rinnovare|verlengen) /, / (new registration|new domain|register new|neuregistrierung|transfer in) /],
  ['direction', / (return|round trip) /, / (one way|oneway|hinflug|aller simple|solo ida) /],
  ['binding', / (paperback|hardcover|print|printed|physical|physical item) /, / (ebook|epub|kindle|audiobook|digital|download|e voucher|voucher|emailed) /],
  ['age', / (adult|adults) /, / (child|children|kids|infant) /],
  ['power', / (electric|ev) /, / (diesel|petrol|gasoline) /],
  ['colour', / (black|schwarz|noir) /, / (white|red|blue|green|pink|color|colour|cyan|magenta) /],
  ['format', / (laser|laserjet|toner) /, / (inkjet|ink cartridge) /],
  ['format', / (embedding|embeddings) /, / (chat|image|fine tuning) /],
  ['licence', / (personal|private) /, / (enterprise|corporate|commercial) /],
  ['licence', / (team|business|company) /, / (personal|private|family|student) /],
  ['time', / (one way|single) /, / (return trip|round trip) /],
  ['level', / (beginner|beginners|intro|introductory|basics) /, / (advanced|expert|masterclass) /],
  ['location', / (in person|on site|onsite) /, / (online|virtual|livestream) /],
  ['kind', / (residential) /, / (datacenter|data center|mobile) /],
  ['kind', / (transactional) /, / (marketing|newsletter|campaign|promotional|blast) /],
  ['kind', / (cat|kitten) /, / (dog|puppy) /],
  ['kind', / (dog|puppy) /, / (cat|kitten) /],
  ['kind', / (men|mens|herren) /, / (women|womens|damen|ladies) /],
  ['kind', / (women|womens|damen|ladies) /, / (mens|herren) /],
];

/** The first contrast between what is asked for and what is offered, if there is one. */
export function contrastOf(asked: string, offered: string): string | undefined {
  const [a, b] = [flatten(asked), flatten(offered)];
  return CONTRASTS.find(([, wanted, other]) => wanted.test(a) && other.test(b) && !other.test(a))?.[0];
}

/** Names of one kind: who asks for one of them does not want another. */
const KINDS: readonly (readonly [string, string])[] = [
  [
    'language',
    `english german french spanish portuguese italian dutch polish chinese japanese korean russian arabic turkish greek
    swedish danish norwegian finnish czech hindi mandarin hebrew ukrainian`,
  ],
  [
    'make',
    `brother hp canon epson kyocera lexmark xerox ricoh dell lenovo asus acer apple sony nikon fujifilm panasonic bosch
    makita dewalt dyson miele siemens philips nike puma bmw audi toyota volkswagen ford honda tesla`,
  ],
  ['programming language', 'python java javascript typescript rust golang kotlin swift php ruby scala'],
];
const KIND_SETS = KINDS.map(([name, words]) => [name, words.split(/\s+/)] as const);

/** The kind of name in which a purchase differs from the words: they say Spanish, it says Portuguese. */
export function otherKindOf(asked: string, offered: string): string | undefined {
  const [a, b] = [flatten(asked), flatten(offered)];
  const has = (text: string, word: string) => text.includes(` ${word} `);
  return KIND_SETS.find(([, words]) => {
    const wanted = words.filter((word) => has(a, word));
    const others = words.filter((word) => has(b, word) && !wanted.includes(word));
    return wanted.length > 0 && others.length > 0 && !wanted.some((word) => has(b, word));
  })?.[0];
}
