/** The one slip that makes a word of another. `doubled`: a letter written twice, or once where it belongs twice. */
export type Edit = {
  readonly kind: 'swapped' | 'doubled' | 'added' | 'missing' | 'vowel' | 'replaced';
  /** Where the two words part, from 0. */
  readonly at: number;
};

/** How `word` comes of `origin` by one slip; null when they are the same or further apart. */
export function editBetween(word: string, origin: string): Edit | null {
  const longer = word.length - origin.length;
  if (word === origin || longer > 1 || longer < -1) return null;
  let at = 0;
  while (at < word.length && word[at] === origin[at]) at += 1;
  if (longer !== 0) {
    const [long, short] = longer === 1 ? [word, origin] : [origin, word];
    if (long.slice(at + 1) !== short.slice(at)) return null;
    // Where a letter is doubled, the words part after the pair: the letter before is the same one.
    if (at > 0 && long[at] === long[at - 1]) return { kind: 'doubled', at };
    return { kind: longer === 1 ? 'added' : 'missing', at };
  }
  if (word.slice(at + 1) === origin.slice(at + 1)) {
    return { kind: isVowel(word[at]) && isVowel(origin[at]) ? 'vowel' : 'replaced', at };
  }
  const isSwapped =
    word[at] === origin[at + 1] && word[at + 1] === origin[at] && word.slice(at + 2) === origin.slice(at + 2);
  return isSwapped ? { kind: 'swapped', at } : null;
}

/** Vowels as they stand in a skeleton, where `i` is `l`. */
function isVowel(letter: string | undefined): boolean {
  return letter !== undefined && 'aeioul'.includes(letter);
}
