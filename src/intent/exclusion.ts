import type { Denied } from './draft.ts';
import { scan } from './taxonomy/lexicon.ts';
import { flatten, isStop, wordsOf } from './text.ts';

const NOT =
  /\b(?:no(?! (?:more|later|less|fewer|longer) than)|not(?! (?:more|later|exceed|less) ?(?:than)?)|never|without|except(?: for)?|excluding|avoid|but not|nothing but|kein(?:e|en|er)?|ohne|nicht|außer|sans|pas de|pas d'|aucune?|sauf|sin|nada de|ningún|ninguna?|excepto|sem|nenhum\w*|exceto|senza|niente|nessun\w*|tranne|geen|zonder|behalve|bez|żadn\w+|oprócz|nie)\b\s+([^.;!?\n)]{2,80})/giu;
const NOT_HAN =
  /(?:不要|不含|禁止|不买|不包括|除了|勿买)([^，。,.；]+)|([^、。,\s]+?)(?:なし|抜き|以外|は不要|は不可|を除く|は買わない)/gu;

/** Diets and vows: one word that leaves a whole kind of thing out. */
const VOWS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/ (?:vegetari\w+|veggie|wegetarian\w*) |素食|菜食|ベジタリアン/, ['grocery.meat', 'grocery.fish']],
  [/ vegan\w* |纯素|ヴィーガン/, ['grocery.meat', 'grocery.fish', 'grocery.dairy']],
  [/ (?:alcohol free|alkoholfrei\w*|sans alcool|sin alcohol|non alcoholic|sober) /, ['alcohol']],
  [/ pescatarian /, ['grocery.meat']],
];

const FORMS: readonly (readonly [RegExp, Denied['forms'][number]])[] = [
  [/annual|year|jahr|annuel|anual|annuale|jaar|roczn|年/, 'annual'],
  [
    /subscri|recurring|auto.?renew|contract|abo\b|abonn|suscrip|assinatura|abbonam|subskryp|订阅|定期/,
    'recurring',
  ],
  [
    /second.?hand|used|refurb|resale|resell|gebraucht|occasion|segunda mano|usato|tweedehands|二手|中古/,
    'second_hand',
  ],
  [/add.?on|extra|upgrade|upsell|insurance|zusatz|supplement/, 'extra'],
  [/digital|e.?mail|voucher|download/, 'digital'],
  [
    /(?:anything|everything|all|something) else|else\b|others?\b|anderes|autre|otra cosa|andere/,
    'other_items',
  ],
];
const ONLY_THESE =
  /\b(?:nothing else|only (?:these|those|this|that)|sonst nichts|nichts (?:anderes|weiter)|rien d'autre|nada más|nada mais|nient'altro|niets anders|nic więcej)\b|其他(?:不要|都不)|それ以外は/iu;

/** What the words forbid, and the words that are left once that is taken out. */
export function exclusionsOf(text: string): { readonly deny: Denied; readonly rest: string } {
  const concepts = new Set<string>();
  const words = new Set<string>();
  const forms = new Set<Denied['forms'][number]>();
  const clauses = [...text.matchAll(NOT), ...text.matchAll(NOT_HAN)];
  for (const clause of clauses) {
    const said = clause[1] ?? clause[2] ?? '';
    noteClause(said, concepts, words, forms);
  }
  if (ONLY_THESE.test(text)) forms.add('other_items');
  if (/\bphysical (?:item|gift|thing|product|present)/i.test(text)) forms.add('digital');
  const flat = flatten(text);
  for (const [pattern, left] of VOWS) {
    if (pattern.test(flat)) for (const concept of left) concepts.add(concept);
  }
  const rest = clauses.reduce((left, clause) => left.replace(clause[0], ' '), text.replace(ONLY_THESE, ' '));
  return { deny: { concepts: [...concepts], words: [...words], forms: [...forms] }, rest };
}

function noteClause(
  said: string,
  concepts: Set<string>,
  words: Set<string>,
  forms: Set<Denied['forms'][number]>,
): void {
  const flat = flatten(said);
  const isAnnual = /annual|year|jahr|annuel|anual|jaar|roczn|年/.test(flat);
  for (const [pattern, form] of FORMS) {
    if (pattern.test(flat) && !(isAnnual && form === 'recurring')) forms.add(form);
  }
  const found = scan(said);
  for (const finding of found) {
    if (!finding.isWeak) for (const concept of finding.concepts) concepts.add(concept);
  }
  const covered = (at: number) => found.some((finding) => at >= finding.at && at < finding.until);
  for (const word of wordsOf(said)) {
    if (
      !isStop(word.folded) &&
      !covered(word.at) &&
      word.folded.length > 3 &&
      !/^(?:contract|plan|thing)/.test(word.folded)
    )
      words.add(word.stem);
  }
}
