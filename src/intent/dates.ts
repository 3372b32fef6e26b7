import { wordsOf } from './text.ts';

const MONTHS = [
  'jan january januar janvier enero janeiro gennaio januari styczen stycznia',
  'feb february februar fevrier febrero fevereiro febbraio februari lutego',
  'mar march marz mars marzo marco maart marca',
  'apr april avril abril aprile kwietnia',
  'may mai mayo maio maggio mei maja',
  'jun june juni juin junio junho giugno czerwca',
  'jul july juli juillet julio julho luglio lipca',
  'aug august aout agosto augustus sierpnia',
  'sep sept september septembre septiembre setembro settembre wrzesnia',
  'oct october oktober octobre octubre outubro ottobre okt pazdziernika',
  'nov november novembre noviembre novembro listopada',
  'dec december dezember decembre diciembre dezembro dicembre dez grudnia',
];
const WEEKDAYS = [
  'monday mon montag lundi lunes segunda lunedi maandag poniedzialek',
  'tuesday tue dienstag mardi martes terca martedi dinsdag wtorek',
  'wednesday wed mittwoch mercredi miercoles quarta mercoledi woensdag sroda srode',
  'thursday thu donnerstag jeudi jueves quinta giovedi donderdag czwartek',
  'friday fri freitag vendredi viernes sexta venerdi vrijdag piatek',
  'saturday sat samstag samedi sabado sabato zaterdag sobota sobote',
  'sunday sun sonntag dimanche domingo domenica zondag niedziela niedziele',
];

const index = (lines: readonly string[]) =>
  new Map(lines.flatMap((line, i) => line.split(' ').map((word) => [word, i + 1] as const)));
const MONTH_OF = index(MONTHS);
const WEEKDAY_OF = index(WEEKDAYS);

/** The days a text names: `14.11` for the 14th of November, `wd5` for a Friday. */
export function daysOf(text: string): {
  readonly dates: readonly string[];
  readonly weekdays: readonly string[];
} {
  const words = wordsOf(text);
  const dates = new Set<string>();
  const weekdays = new Set<string>();
  words.forEach((word, i) => {
    const weekday = WEEKDAY_OF.get(word.folded);
    if (weekday !== undefined && (word.folded.length > 3 || /^[A-Z]/.test(word.raw)))
      weekdays.add(`wd${weekday}`);
    const month = MONTH_OF.get(word.folded);
    if (month === undefined) return;
    for (const near of [words[i - 1], words[i - 2], words[i + 1]]) {
      if (near !== undefined && /^([1-9]|0[1-9]|[12]\d|3[01])$/.test(near.folded)) {
        dates.add(`${near.folded.replace(/^0/, '')}.${month}`);
        break;
      }
    }
  });
  for (const match of text.matchAll(/\b(\d{1,2})\.(\d{1,2})\.(?:\d{2,4})?/g)) {
    dates.add(`${(match[1] ?? '').replace(/^0/, '')}.${(match[2] ?? '').replace(/^0/, '')}`);
  }
  for (const match of text.matchAll(/\b\d{4}-(\d{2})-(\d{2})\b/g)) {
    dates.add(`${(match[2] ?? '').replace(/^0/, '')}.${(match[1] ?? '').replace(/^0/, '')}`);
  }
  return { dates: [...dates], weekdays: [...weekdays] };
}
