import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CardSecrets } from '../../src/core/card/ports.ts';

/** Something that others than the issuer can read: what it is, and its text. */
export type Trace = { readonly what: string; readonly text: string };

/** A card as its issuer knows it. */
export type KnownCard = { readonly id: string; readonly secrets: CardSecrets };

/** What a decision keeps of how long a payment may take: three digits that are no code. */
const SECONDS = /\\?"offered\\?":\\?"\d+\\?"/g;

/** Where secrets of these cards stand in texts. Names card and place, and quotes nothing of what it found. */
export function findInTexts(cards: readonly KnownCard[], traces: readonly Trace[]): readonly string[] {
  return cards.flatMap((card) => {
    const { number, code } = card.secrets;
    const forms = formsOf(number);
    const pattern = codePattern(code);
    return traces.flatMap(({ what, text }) => {
      const isNumber = joined(text).includes(number) || forms.some((form) => text.includes(form));
      return name(card, what, { isNumber, isCode: pattern.test(text.replace(SECONDS, '')) });
    });
  });
}

/** Where secrets of these cards stand in the files below a directory, and in the columns of a database there. */
export function findInFiles(cards: readonly KnownCard[], directory: string): readonly string[] {
  return filesBelow(directory).flatMap((path) => {
    const bytes = bytesOf(path);
    const values = path.endsWith('.db') ? valuesIn(path) : new Set<unknown>();
    return cards.flatMap((card) => {
      const { number, code } = card.secrets;
      const isNumber = formsOf(number).some((form) => bytes.includes(form));
      const isCode = bytes.replace(SECONDS, '').includes(`"${code}"`) || values.has(code);
      return name(card, relative(directory, path), { isNumber, isCode });
    });
  });
}

/** Where numbers of these cards stand in files of other programs, in which three digits are everywhere. */
export function findNumbers(cards: readonly KnownCard[], directory: string): readonly string[] {
  return filesBelow(directory).flatMap((path) => {
    const bytes = bytesOf(path);
    return cards.flatMap((card) => {
      const isNumber = formsOf(card.secrets.number).some((form) => bytes.includes(form));
      return name(card, relative(directory, path), { isNumber, isCode: false });
    });
  });
}

/** Whether files below a directory hold a text that was typed. */
export function holdsText(directory: string, text: string): boolean {
  const wide = wideOf(text);
  return filesBelow(directory).some((path) => bytesOf(path).includes(wide));
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A file's bytes, a character each; none where somebody just deleted it. */
function bytesOf(path: string): string {
  try {
    return readFileSync(path).toString('latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function name(
  { id }: KnownCard,
  what: string,
  { isNumber, isCode }: { readonly isNumber: boolean; readonly isCode: boolean },
): readonly string[] {
  return [
    ...(isNumber ? [`${what}: the number of ${id}`] : []),
    ...(isCode ? [`${what}: the code of ${id}`] : []),
  ];
}

/** A text without what may stand between the digits of a number. */
function joined(text: string): string {
  return text.replace(/[ \-.\u00a0\u2009\u202f]/g, '');
}

/** A number as it may be written down. */
function formsOf(number: string): readonly string[] {
  const groups = [' ', '-', '%20', '+'].map((mark) => number.replace(/(\d{4})(?=\d)/g, `$1${mark}`));
  const texts = [number, ...groups];
  return texts.flatMap((text) => [text, wideOf(text), ...encodingsOf(text)]);
}

function wideOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('latin1');
}

/** What of a text's encodings does not depend on what stands around it. */
function encodingsOf(text: string): readonly string[] {
  const hex = Buffer.from(text).toString('hex');
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${' '.repeat(offset)}${text}`).toString('base64');
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  return [hex, hex.toUpperCase(), ...base64];
}

/** A code as a value, beside a word for it, or alone; not as part of an amount, an id or a longer number. */
function codePattern(code: string): RegExp {
  const value = `["']${code}\\\\?["']|=${code}(?!\\w)`;
  const worded = `(?:code|cvc|cvv|csc)\\W{1,4}${code}(?!\\w)`;
  const alone = `(?<![\\w.,$#:/+-])${code}(?![\\w.,:/-])`;
  return new RegExp(`${value}|${worded}|${alone}`, 'i');
}

/** Everything that is a column's whole value in a database, but for the one that counts cents. */
function valuesIn(path: string): ReadonlySet<unknown> {
  const db = new DatabaseSync(path, { readOnly: true, readBigInts: true });
  try {
    const tables = db.prepare("select name from sqlite_master where type = 'table'").all();
    const rows = tables.flatMap((table) => db.prepare(`select * from "${table.name}"`).all());
    return new Set(
      rows.flatMap((row) =>
        Object.entries(row).map(([column, value]) => {
          if (column === 'lock_cents') return null;
          return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
        }),
      ),
    );
  } finally {
    db.close();
  }
}
