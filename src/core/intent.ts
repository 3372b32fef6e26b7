/** Longest purpose or name that is kept, in UTF-16 code units. */
export const TEXT_MAX = 1000;

/** Text as it is hashed and shown, and which code points were taken out of it. */
export type CleanText = { readonly text: string; readonly removed: readonly string[] };

/**
 * Makes text somebody else wrote safe to show: NFKC, without control and format characters (they can hide or
 * reorder what is read), white space folded. What was removed is named as `U+202E`, each once.
 */
export function cleanText(given: string): CleanText {
  const removed = new Set<string>();
  const text = given
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\t\n\r\p{Zs}\u2028\u2029]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2800\u3164\uffa0]/gu, (character) => {
      removed.add(`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
      return '';
    })
    .trim();
  return { text, removed: [...removed].sort() };
}
