import type { ElementHandle, Page } from 'playwright-core';
import type { PageElement } from './dom.ts';
import { pageScript } from './page-script.ts';
import { createEye } from './visibility.ts';

/** A button that looks as if it paid. */
export type PayButton = {
  readonly text: string;
  readonly isSubmit: boolean;
  /** Whether it is part of the form that holds the card's fields. */
  readonly isInCardForm: boolean;
  readonly handle: ElementHandle;
};

const PAYS =
  /^(pay\b|place (your |my )?order|complete (your |my )?(order|purchase|payment|checkout)|buy( it)? now|subscribe|start (trial|subscription)|confirm( and pay| & pay|( your)? (payment|order|purchase))?\b|submit (order|payment)|make payment|purchase|order now|donate|book now|(jetzt )?(kosten|zahlungs)pflichtig|jetzt (be)?zahlen|jetzt kaufen|(be)?zahlen|kaufen|payer|commander|acheter|valider (la|ma) commande|pagar|comprar|realizar pedido|finalizar|paga\b|acquista|ordina|betalen|bestellen|afrekenen|betala|betal\b|zapłać|kup |支払|注文を確定|購入|支付|付款|결제)/i;
/** Buttons that pay in another way than with the card that was typed. */
const OTHER_WAYS =
  /paypal|apple|google|g ?pay\b|shop ?pay|amazon|venmo|klarna|afterpay|affirm|\blink\b|crypto|bitcoin|sezzle|bank|sepa|ideal|giropay|sofort|invoice|rechnung|later/i;
const TEXT_MAX = 80;
const DESCRIBE = pageScript<ReturnType<typeof describeButton>>(
  `(${describeButton})(element, (${createEye})(window))`,
);

const SETTLE = pageScript<Promise<void>>(`(${untilDrawn})(window)`);
const AWAIT_CLICK = pageScript<Promise<boolean>>(`(${awaitClick})(element, window)`);

/** The visible buttons of a page that pay with a card, as far as their words tell. */
export async function findPayButtons(page: Page): Promise<readonly PayButton[]> {
  const handles = await page.$$('button, input[type=submit], input[type=button], [role=button]');
  const found = await Promise.all(
    handles.map(async (handle) => {
      const look = await handle.evaluate(DESCRIBE);
      return look === null ? null : { ...look, handle };
    }),
  );
  return found.filter((button) => button !== null).filter(({ text }) => isPaying(text));
}

/** The one to press: of several, the one in the card's form, else the one that submits. Null where that leaves doubt. */
export function choosePayButton(buttons: readonly PayButton[]): PayButton | null {
  const inForm = buttons.filter(({ isInCardForm }) => isInCardForm);
  const near = inForm.length > 0 ? inForm : buttons;
  const submitting = near.filter(({ isSubmit }) => isSubmit);
  const [only, ...others] = near.length > 1 && submitting.length > 0 ? submitting : near;
  return only === undefined || others.length > 0 ? null : only;
}

/**
 * Clicks a button. Says whether the click reached it: one that comes while the page still moves may be lost, and is
 * made once more. Never twice where it reached it.
 */
export async function pressButton({ handle }: PayButton): Promise<boolean> {
  for (let tries = 0; tries < 2; tries += 1) {
    try {
      await handle.scrollIntoViewIfNeeded();
      await handle.evaluate(SETTLE);
    } catch {
      return false;
    }
    // What ends this early is the page that goes elsewhere, since its button was pressed.
    const isReached = handle.evaluate(AWAIT_CLICK).catch(() => true);
    const isClicked = await handle.click({ noWaitAfter: true }).then(
      () => true,
      () => false,
    );
    if (await isReached) return true;
    if (!isClicked) return false;
  }
  return false;
}

function isPaying(text: string): boolean {
  return text.length <= TEXT_MAX && PAYS.test(text) && !OTHER_WAYS.test(text);
}

/** Runs in the page. Resolves once what was scrolled is drawn, or where nothing is drawn after a second. */
function untilDrawn(window: PressWindow): Promise<void> {
  return new Promise((done) => {
    window.setTimeout(done, 1000);
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => done()));
  });
}

/** Runs in the page. Whether the button is clicked within the time a click may take. */
function awaitClick(button: PressTarget, window: PressWindow): Promise<boolean> {
  return new Promise((done) => {
    button.addEventListener('click', () => done(true), { capture: true, once: true });
    window.setTimeout(() => done(false), 6000);
  });
}

type PressTarget = {
  readonly addEventListener: (type: string, listener: () => void, options: object) => void;
};
type PressWindow = {
  readonly requestAnimationFrame: (step: () => void) => void;
  readonly setTimeout: (step: () => void, ms: number) => void;
};

/** Runs in the page. Null for a button that nobody sees. */
function describeButton(button: PageElement, eye: ReturnType<typeof createEye>) {
  if (!eye.isRendered(button) || eye.cut(button.getBoundingClientRect(), button) === null) return null;
  const text = button.tagName === 'INPUT' ? button.value : (button.textContent ?? '');
  const card =
    '[autocomplete*="cc-number"], [data-fluxa-autocomplete*="cc-number"], [name*="card" i], [id*="card" i]';
  return {
    text: (text ?? '').replace(/\s+/g, ' ').trim(),
    isSubmit: button.type === 'submit',
    isInCardForm: (button.form?.querySelector(card) ?? null) !== null,
  };
}
