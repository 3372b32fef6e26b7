import type { CardSecrets } from '../../../core/card/ports.ts';
import type { PageElement } from './dom.ts';
import type { FieldKind } from './field.ts';
import type { FormField } from './field-scan.ts';
import { pageScript } from './page-script.ts';
import type { Surface } from './surface.ts';

/** What is typed: the card, and whose name stands on it. */
export type Entry = CardSecrets & { readonly holder: string };

/**
 * Types a card into a form, key by key, each into the field it is meant for even where the page moves the focus.
 * Says whether the fields took it all. May throw what the driver throws: callers let none of that out.
 */
export async function typeCard(surface: Surface, entry: Entry): Promise<boolean> {
  for (const kind of ['number', 'expiry', 'month', 'year', 'code', 'holder'] as const) {
    const field = surface.fields.get(kind);
    if (field !== undefined && !(await typeField(field, kind, entry))) return false;
  }
  const number = surface.fields.get('number');
  return number !== undefined && digitsOf(await number.handle.inputValue()) === entry.number;
}

const WIPE = pageScript<void>(`(${emptyField})(element, window)`);
const GUARD = pageScript<void>(`(${guardField})(element, window)`);

/** Empties the fields of a form, without the page's help, as far as they are still there. */
export async function wipe(surface: Surface): Promise<void> {
  await Promise.all(inputsOf(surface).map((handle) => handle.evaluate(WIPE).catch(() => {})));
}

/**
 * Makes what will stand in the fields unreadable on the screen, and empties them when the page is left, so that going
 * back brings nothing back. With `autocomplete="off"` the browser keeps their values out of its session on the disk.
 */
export async function guard(surface: Surface): Promise<void> {
  for (const handle of inputsOf(surface)) await handle.evaluate(GUARD);
}

function inputsOf(surface: Surface) {
  return Array.from(surface.fields.values()).flatMap(({ handle, look }) =>
    look.tag === 'select' ? [] : [handle],
  );
}

async function typeField(field: FormField, kind: FieldKind, entry: Entry): Promise<boolean> {
  const [month = '', year = ''] = entry.expiry.split('/');
  if (kind === 'number') return typeKeys(field, entry.number, entry.number);
  if (kind === 'code') return typeKeys(field, entry.code, entry.code);
  if (kind === 'holder') return typeName(field, entry.holder);
  if (kind === 'expiry') return typeExpiry(field, { month, year });
  if (field.look.tag === 'select') return choose(field, kind === 'month' ? month : year);
  const isLong =
    kind === 'year' && (field.look.maxLength >= 4 || /y{4}|j{4}|a{4}/i.test(field.look.placeholder));
  const text = kind === 'month' ? month : isLong ? `20${year}` : year;
  return typeKeys(field, text, text);
}

/** Most forms put the slash themselves, some want it typed, and few want four digits of the year. */
async function typeExpiry(field: FormField, at: { readonly month: string; readonly year: string }) {
  const { month, year } = at;
  if (field.look.type === 'month') {
    await field.handle.fill(`20${year}-${month}`);
    return true;
  }
  const isLong = /(y{4}|j{4}|a{4})/i.test(`${field.look.placeholder} ${field.look.label}`);
  const text = `${month}${isLong ? '20' : ''}${year}`;
  if (!(await typeKeys(field, text, text))) return false;
  const value = await field.handle.inputValue();
  if (value !== text || field.look.maxLength === text.length) return true;
  return typeKeys(field, `${month}/${isLong ? '20' : ''}${year}`, text);
}

async function typeName(field: FormField, holder: string): Promise<boolean> {
  await field.handle.fill(holder);
  return true;
}

/** Types keys into an empty field, and looks whether its digits are these. */
async function typeKeys(field: FormField, keys: string, digits: string): Promise<boolean> {
  await field.handle.fill('');
  for (const key of keys) await field.handle.press(key);
  return digitsOf(await field.handle.inputValue()) === digits;
}

/** Chooses the option of a month or year: "2", "02", "02 - February"; "29", "2029". */
async function choose(field: FormField, wanted: string): Promise<boolean> {
  const numberOf = (text: string) => /^\D*(?:20)?(\d{1,2})(?!\d)/.exec(text)?.[1]?.padStart(2, '0');
  const option =
    field.look.options.find(({ text }) => numberOf(text) === wanted) ??
    field.look.options.find(({ value }) => numberOf(value) === wanted);
  if (option === undefined) return false;
  await field.handle.selectOption({ value: option.value });
  return true;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

type FieldWindow = {
  readonly HTMLInputElement: { readonly prototype: object };
  readonly Event: new (type: string, init: object) => unknown;
  readonly addEventListener: (type: string, listener: () => void) => void;
};

/** Runs in the page. Past whatever the page's scripts put in front of the field's value. */
function emptyField(field: PageElement, window: FieldWindow): void {
  Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, 'value')?.set?.call(field, '');
  for (const type of ['input', 'change']) field.dispatchEvent(new window.Event(type, { bubbles: true }));
}

/** Runs in the page. What the field said of itself before is kept beside it, for whoever looks again. */
function guardField(field: PageElement, window: FieldWindow): void {
  if (field.getAttribute('data-fluxa-autocomplete') === null) {
    field.setAttribute('data-fluxa-autocomplete', field.getAttribute('autocomplete') ?? '');
  }
  field.setAttribute('autocomplete', 'off');
  field.style.setProperty('-webkit-text-security', 'disc', 'important');
  const { set } = Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, 'value') ?? {};
  window.addEventListener('pagehide', () => set?.call(field, ''));
}
