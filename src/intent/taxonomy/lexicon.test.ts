import { expect, test } from 'vitest';
import { CATEGORIES, groupOf, isConcept, PERIODIC, QUASI_CASH, TOPICAL, WRAPPERS } from './categories.ts';
import { LANGUAGES, phrasesOf, scan } from './lexicon.ts';

const ids = CATEGORIES.map(({ id }) => id);

test('every category has an id of its own, a group, merchant codes and tags', () => {
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(120);
  expect(
    CATEGORIES.filter(
      ({ group, mccs, tags }) =>
        group === '' || tags.includes('') || !mccs.every((mcc) => /^\d{4}$/.test(mcc)),
    ),
  ).toEqual([]);
  expect([...PERIODIC, ...QUASI_CASH, ...TOPICAL, ...WRAPPERS].filter((id) => !ids.includes(id))).toEqual([]);
});

test('every category has English words, and nearly all have words of other languages', () => {
  const has = (language: string, id: string) => LANGUAGES[language]?.[id] !== undefined;
  expect(ids.filter((id) => !has('en', id))).toEqual([]);
  const others = Object.keys(LANGUAGES).filter((language) => language !== 'en');
  expect(ids.filter((id) => !others.some((language) => has(language, id)))).toEqual([]);
});

test('every line of every language is of a concept of the taxonomy', () => {
  const unknown = Object.values(LANGUAGES).flatMap((lines) =>
    Object.keys(lines).filter((id) => !isConcept(id)),
  );
  expect(unknown).toEqual([]);
});

test('an English phrase of several groups is found as all of them, so that the tie rule can decide', () => {
  const homes = new Map<string, Set<string>>();
  for (const [concept, line] of Object.entries(LANGUAGES.en ?? {})) {
    for (const phrase of phrasesOf(line).filter((text) => !/[~*]/.test(text))) {
      homes.set(phrase, (homes.get(phrase) ?? new Set()).add(concept));
    }
  }
  const shared = [...homes].filter(([, concepts]) => new Set([...concepts].map(groupOf)).size > 1);
  expect(shared.length).toBeLessThan(25);
  for (const [phrase, concepts] of shared) {
    const found = scan(phrase, 'en').flatMap((finding) => finding.concepts);
    expect([phrase, [...concepts].filter((concept) => !found.includes(concept))]).toEqual([phrase, []]);
  }
});

test.each([
  ['Winter tyres, set of four', 'car_parts'],
  ['Katzenfutter 12 Dosen', 'pet'],
  ['Billet de train Paris-Lyon', 'train'],
  ['Alquiler de coche, 3 días', 'car_rental'],
  ['Passagem aérea', 'flight'],
  ['Assicurazione viaggio', 'insurance'],
  ['Visitekaartjes 250 stuks', 'printing'],
  ['Dwa bilety lotnicze: lot', 'flight'],
  ['狗粮 10 公斤', 'pet'],
  ['新幹線 指定席', 'train'],
])('"%s" is found as %s', (text, concept) => {
  expect(scan(text).flatMap(({ concepts }) => concepts)).toContain(concept);
});

test('the longest phrase wins where two overlap', () => {
  expect(scan('office chair').map(({ phrase }) => phrase)).toEqual(['office chair']);
});
