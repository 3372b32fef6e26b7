/** What a form was sent with: text, lists and objects. */
export type Form = { readonly [name: string]: FormValue };
type FormValue = string | Form | readonly FormValue[];
type Nest = { [name: string]: string | Nest };

/** Reads a form whose names nest with brackets: `spending_controls[spending_limits][0][amount]=2500`. */
export function readForm(text: string): Form {
  const root: Nest = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split(/\]?\[/).map((part) => part.replace(/\]$/, ''));
    let at = root;
    for (const part of path.slice(0, -1)) {
      const inner = at[part];
      const next: Nest = typeof inner === 'object' ? inner : {};
      at[part] = next;
      at = next;
    }
    // `expand[]=number` counts by itself.
    const last = path.at(-1) ?? '';
    at[last === '' ? String(Object.keys(at).length) : last] = value;
  }
  return settle(root) as Form;
}

/** Objects whose names count from 0 are lists. */
function settle(nest: Nest): FormValue {
  const entries = Object.entries(nest).map(([name, value]): [string, FormValue] => [
    name,
    typeof value === 'string' ? value : settle(value),
  ]);
  const isList = entries.length > 0 && entries.every(([name], i) => name === String(i));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** An object in a form; empty where there is none. */
export function formIn(form: Form, name: string): Form {
  const value = form[name];
  return typeof value === 'object' && !Array.isArray(value) ? (value as Form) : {};
}

/** Text in a form; null where there is none. */
export function textIn(form: Form, name: string): string | null {
  const value = form[name];
  return typeof value === 'string' ? value : null;
}

/** A list of text in a form. */
export function listIn(form: Form, name: string): readonly string[] {
  const value = form[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
