const SCRIPTS = [
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Cherokee', 'Coptic', 'Lisu', 'Hebrew', 'Arabic'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Thai', 'Lao', 'Khmer', 'Myanmar', 'Tibetan', 'Ethiopic', 'Mongolian'],
  ...['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul'],
] as const;

/** A Unicode script by its name; `Other` is any that the fixed list does not have. */
export type Script = (typeof SCRIPTS)[number] | 'Other';

const TESTS = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')] as const);
const NEUTRAL = /[\p{Script=Common}\p{Script=Inherited}]/gu;
const EVERY_KNOWN = new RegExp(`[${SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}]`, 'gu');

/** What is written together: Latin may stand in East Asian text (UTS #39 §5.2, highly restrictive). */
const TOGETHER: readonly (readonly Script[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

/** The scripts of a text's letters. Digits, hyphens, dots and marks belong to every script and count for none. */
export function scriptsOf(text: string): readonly Script[] {
  if (/^[\0-\x7f]*$/.test(text)) return /[a-z]/i.test(text) ? ['Latin'] : [];
  const letters = text.replace(NEUTRAL, '');
  const found: Script[] = TESTS.filter(([, test]) => test.test(letters)).map(([script]) => script);
  return letters.replace(EVERY_KNOWN, '') === '' ? found : [...found, 'Other'];
}

/** Whether one label has scripts that no language writes together. */
export function isMixed(label: string): boolean {
  const scripts = scriptsOf(label);
  if (scripts.length < 2) return false;
  return !TOGETHER.some((set) => scripts.every((script) => set.includes(script)));
}
