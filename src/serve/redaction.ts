/** What stands where something secret stood. */
const GONE = '[redacted]';

/** 13 to 19 digits, alone or in groups: what may be a card's number. */
const DIGITS = /(?<![0-9])(?:[0-9][ -]?){12,18}[0-9](?![0-9])/g;

/** Names whose values are never written down: as words, and as the last part of a name such as `apiKey`. */
const NAMES = ['pan', 'number', 'cvv', 'cvc', 'code', 'otp', 'pin', 'token', 'secret', 'key'];
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const WORD = NAMES.flatMap((name) => [name, capital(name), name.toUpperCase()]).join('|');
const NAME = `(?:(?<![a-zA-Z0-9])(?:${WORD})|(?<=[a-z0-9])(?:${NAMES.map(capital).join('|')}))`;
/** A quote, however deep it is quoted itself. */
const QUOTE = `\\\\{0,7}["']`;
/** A named value, in JSON and in text like it. */
const FIELD = new RegExp(
  `(${NAME}(?:${QUOTE})?\\s*[:=]\\s*)(?:(${QUOTE})(?:(?!\\2).)*\\2|[^\\s,;}\\])"'\\\\]+)`,
  'g',
);
const BEARER = /(bearer\s+)[A-Za-z0-9\-._~+/=]+/gi;

/** Text for a log: card numbers, and the values of fields that hold secrets, are replaced. */
export function redact(text: string): string {
  const named = text.replace(FIELD, (_whole, name: string, quote = '') => `${name}${quote}${GONE}${quote}`);
  return named
    .replace(BEARER, `$1${GONE}`)
    .replace(DIGITS, (found) => (isCardNumber(found.replace(/[ -]/g, '')) ? GONE : found));
}

/** A log that takes every line through `redact`. */
export function redacting(log: (line: string) => void): (line: string) => void {
  return (line) => log(redact(line));
}

/** Luhn's check (ISO/IEC 7812-1, annex B): every second digit from the right counts twice. */
function isCardNumber(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const counted = i % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}
