/** Longest purpose or name that is kept, in UTF-16 code units. */
export const TEXT_MAX = 1000;

/** Text as it is hashed and shown, and which code points were taken out of it. */
export type CleanText = { readonly text: string; readonly removed: readonly string[] };

/** White space, folded into one space. */
const SPACE = /[\t\n\r\p{Zs}\u2028\u2029]+/gu;
/** Not seen, or without a meaning of its own: controls, formats, fillers, variation selectors, the unassigned. */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What looks like the quotation marks that text is shown in. */
const QUOTES = /[\u201c-\u201f\u275d\u275e\u301d-\u301f\u{1f676}-\u{1f678}]/gu;

/**
 * Makes text somebody else wrote safe to show: NFKC, without characters that hide or reorder what is read, white
 * space folded, double quotation marks straight. What was removed is named as `U+202E`, each once. Cleaning what
 * is clean changes nothing.
 */
export function cleanText(given: string): CleanText {
  const removed = new Set<string>();
  const text = given
    .toWellFormed()
    .replace(SPACE, ' ')
    .replace(HIDDEN, (character) => {
      removed.add(`U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
      return '';
    })
    .replace(QUOTES, '"')
    .normalize('NFKC')
    .replace(SPACE, ' ')
    .trim();
  return { text, removed: [...removed].sort() };
}
