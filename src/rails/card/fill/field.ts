/** What a field of a card form is for. */
export type FieldKind = 'number' | 'expiry' | 'month' | 'year' | 'code' | 'holder';

/** What a field says of itself. */
export type FieldLook = {
  readonly tag: 'input' | 'select';
  readonly type: string;
  readonly autocomplete: string;
  readonly name: string;
  readonly id: string;
  readonly placeholder: string;
  /** Its labels, `aria-label` and title. */
  readonly label: string;
  readonly maxLength: number;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly isEditable: boolean;
};

const TYPES = /^(text|tel|number|password|month|select-one|)$/;
const TOKENS: Readonly<Record<string, FieldKind>> = {
  'cc-number': 'number',
  'cc-exp': 'expiry',
  'cc-exp-month': 'month',
  'cc-exp-year': 'year',
  'cc-csc': 'code',
  'cc-name': 'holder',
};
/** Cards and codes that are not those of a payment card. */
const OTHER =
  /gift|loyal|member|reward|voucher|coupon|promo|discount|geschenk|gutschein|rabatt|cadeau|regalo|phone|postal|zip|iban|sms|otp|one.?time|verification.?code.?sent/i;

/** Names that programs give. `$` and `^` hold for the whole name. */
const NAMES: readonly (readonly [FieldKind, RegExp])[] = [
  ['month', /^exp(iry|iration)?.?month$|(cc|card|exp\w*).?(exp\w*.?)?(month|mm)$/i],
  ['year', /^exp(iry|iration)?.?year$|(cc|card|exp\w*).?(exp\w*.?)?(year|yy|yyyy)$/i],
  [
    'expiry',
    /^(cc|card|credit.?card)?.?exp(iry|iration|ires|dat[ea])?(.?date)?$|card.?expir|cardexp|ablaufdatum|gueltig/i,
  ],
  [
    'code',
    /^(cvc|cvv|csc|cvn|cid)2?$|card.?(cvc|cvv|csc|cvn)|(cc|credit.?card).?(cvc|cvv|csc)|^verification.?value$|^security.?code$|card.?(security|verification).?(code|value)/i,
  ],
  [
    'number',
    /^(cc|card|credit.?card)[-_. ]?(num|number|no|nr)$|cardnumber|card[-_.]number|ccnum|^pan$|^number$|kartennummer/i,
  ],
  ['holder', /card.?holder|name.?on.?card|^(cc|card|billing).?name$|ccname|karteninhaber|^name$/i],
];

/** Words that people read, in several languages. */
const WORDS: readonly (readonly [FieldKind, RegExp])[] = [
  ['month', /^\s*(expir\w*\s+)?(month|monat|mois|mes|mese|maand|mês)\b|ablaufmonat|^mm$/i],
  ['year', /^\s*(expir\w*\s+)?(year|jahr|année|año|anno|jaar|ano)\b|ablaufjahr|^(yy|yyyy|jj|jjjj)$/i],
  [
    'expiry',
    /expir|valid (thru|until|through)|\bm\s?m\s*[/ -]\s*(yy|jj|aa)|ablauf|gültig bis|g(ü|ue)ltigkeit|scadenza|caducidad|vencimiento|vervaldatum|validade|有効期限|有效期/i,
  ],
  [
    'code',
    /\b(cvc|cvv|csc|cvn)\b|security code|card code|verification (code|value)|sicherheitscode|prüf(nummer|ziffer)|kartenprüf|code de sécurité|cryptogramme|código de seguridad|codice di sicurezza|beveiligingscode|código de segurança|セキュリティコード|安全码/i,
  ],
  [
    'number',
    /card (number|no\b|num\b)|kartennummer|num[ée]ro de (la )?carte|n[úu]mero de (la )?tarjeta|numero (della )?carta|kaartnummer|número do cartão|カード番号|卡号|^(\d{4} ){3}\d{4}$/i,
  ],
  [
    'holder',
    /name on (the )?card|card ?holder|karteninhaber|name auf der karte|titulaire|nom sur la carte|titular|intestatario|kaarthouder|カード名義/i,
  ],
];

/** What a field is for; null where it is none of a card's, or cannot be typed into. */
export function fieldKind(field: FieldLook): FieldKind | null {
  if (!field.isEditable || !TYPES.test(field.type)) return null;
  const token = field.autocomplete.toLowerCase().split(/\s+/).at(-1) ?? '';
  const told = TOKENS[token];
  if (told !== undefined) return told;
  const words = [field.label, field.placeholder];
  if (OTHER.test([field.name, field.id, ...words].join(' '))) return null;
  const named = firstKind(NAMES, [field.name, field.id]);
  const worded = firstKind(WORDS, words);
  // A name such as "name" or "number" alone says little: what people read decides.
  if (named !== null && worded !== null && named !== worded) return worded;
  if (named === 'holder' && worded === null && /^name$/i.test(field.name || field.id)) return null;
  return named ?? worded;
}

function firstKind(rules: typeof NAMES, texts: readonly string[]): FieldKind | null {
  for (const text of texts) {
    const found = rules.find(([, pattern]) => text !== '' && pattern.test(text.trim()));
    if (found !== undefined) return found[0];
  }
  return null;
}
