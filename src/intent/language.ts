import { wordsOf } from './text.ts';

const SMALL: Readonly<Record<string, string>> = {
  en: 'the a an of and or for with my our in on to from at by no only this that is are each per any new all up buy get order book we need',
  de: 'der die das und oder fur mit ohne von zu zum zur im am ein eine einen einem auf bei nach nur kein keine bitte wir nicht den dem des pro kaufe buche bestelle',
  fr: 'le les un une des du et ou pour avec sans dans sur au aux mon ma mes notre nos pas par en je nous chez d l',
  es: 'el los las un una unos y o para con sin por mi mis del al en nuestro nuestra compra comprar reserva solo de',
  pt: 'os um uma e ou com sem no na dos das meu minha para em ao pelo pela nosso nossa comprar compre reserve nao do da',
  it: 'il lo gli un una e o di per con senza del della nel al alla da mio mia nostro acquista compra prenota solo non i',
  nl: 'het een en of van voor met op te zonder onze mijn in bij naar koop boek geen alleen de',
  pl: 'i w na do z dla bez oraz lub ze o po kup zamow tylko nie moj nasz dwa trzy',
};
const SETS = Object.entries(SMALL).map(([language, words]) => [language, new Set(words.split(' '))] as const);

/** The language of a text written in Latin letters, by its small words; nothing where they do not say. */
export function languageOf(text: string): string | undefined {
  const words = wordsOf(text).map(({ folded }) => folded);
  const counts = SETS.map(
    ([language, set]) => [language, words.filter((word) => set.has(word)).length] as const,
  );
  const [first, second] = counts.toSorted((a, b) => b[1] - a[1]);
  return first !== undefined && first[1] > (second?.[1] ?? 0) ? first[0] : undefined;
}
