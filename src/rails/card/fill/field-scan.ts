import type { ElementHandle, Frame } from 'playwright-core';
import type { PageElement, PageWindow } from './dom.ts';
import { type FieldKind, type FieldLook, fieldKind } from './field.ts';
import { pageScript } from './page-script.ts';
import { createEye } from './visibility.ts';

/** A field that a card's data go into. */
export type FormField = {
  readonly kind: FieldKind;
  readonly frame: Frame;
  readonly look: FieldLook;
  readonly handle: ElementHandle;
};

const FIELDS_MAX = 300;
const DESCRIBE = pageScript<FieldLook>(`(${describeField})(element, window, (${createEye})(window))`);

/** The visible fields of a frame's card form, in order. */
export async function scanFields(frame: Frame): Promise<readonly FormField[]> {
  const handles = (await frame.$$('input, select')).slice(0, FIELDS_MAX);
  const found = await Promise.all(
    handles.map(async (handle) => {
      const look = await handle.evaluate(DESCRIBE);
      const kind = fieldKind(look);
      return kind === null ? null : { kind, frame, look, handle };
    }),
  );
  return found.filter((field) => field !== null);
}

/** Runs in the page. */
function describeField(field: PageElement, window: PageWindow, eye: ReturnType<typeof createEye>): FieldLook {
  const attribute = (name: string) => field.getAttribute(name) ?? '';
  const named = attribute('aria-labelledby')
    .split(/\s+/)
    .map((id) => (id === '' ? '' : (window.document.getElementById(id)?.textContent ?? '')));
  const labels = Array.from(field.labels ?? [], (label) => label.textContent ?? '');
  const isSeen = eye.isRendered(field) && eye.cut(field.getBoundingClientRect(), field) !== null;
  return {
    tag: field.tagName === 'SELECT' ? 'select' : 'input',
    type: field.type ?? '',
    autocomplete: field.getAttribute('data-fluxa-autocomplete') ?? attribute('autocomplete'),
    name: attribute('name'),
    id: field.id,
    placeholder: attribute('placeholder'),
    label: [...labels, attribute('aria-label'), ...named, attribute('title')].join(' ').trim().slice(0, 200),
    maxLength: field.maxLength ?? -1,
    options: Array.from(field.options ?? [], ({ value, text }) => ({ value, text })).slice(0, 100),
    isEditable: isSeen && field.disabled !== true && field.getAttribute('readonly') === null,
  };
}
