import type { Page } from 'playwright-core';
import type { CheckoutSight, Filler } from '../../core/card/ports.ts';
import type { Clock } from '../../core/ports.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { readTexts } from './fill/page-text.ts';
import { choosePayButton, findPayButtons, type PayButton, pressButton } from './fill/pay-button.ts';
import { afterPress } from './fill/quiet.ts';
import { withPage } from './fill/session.ts';
import { findSurface, type Surface } from './fill/surface.ts';
import { readTotal } from './fill/total.ts';
import { type Entry, guard, typeCard, wipe } from './fill/typing.ts';

export type FillerOptions = {
  /** Debugging endpoints besides those of this machine: origins, hosts, or hosts with a port. */
  readonly admitted: readonly string[];
  /** Origins whose frames may hold a card form, besides the page's own site and the known vendors. */
  readonly admittedFrames?: readonly string[];
  /** Waits for the pages; what it says of the time does not matter. */
  readonly clock: Pick<Clock, 'wait'>;
};

type View = {
  readonly sight: CheckoutSight;
  readonly surface: Surface | null;
  readonly buttons: readonly PayButton[];
};

/**
 * Types cards into checkout pages of a Chromium, over the Chrome DevTools Protocol. Whoever can drive that browser
 * can read what is typed there: the number stays out of an agent's sight, not out of reach of its programs.
 */
export function createFiller(options: FillerOptions): Filler {
  const frames = options.admittedFrames ?? [];
  // Only the page in front can be clicked: of two cards in one browser, one waits for the other.
  const turns = new Map<string, Promise<unknown>>();
  return {
    look: (checkout) => withPage(checkout, options, async (page) => (await view(page, frames)).sight),
    fill: (checkout, given) =>
      withPage(checkout, { ...options, turns }, async (page) => {
        // A page behind another one draws nothing, and cannot be clicked.
        await page.bringToFront();
        const { surface, buttons, sight } = await view(page, frames);
        if (!isSame(sight, given.sight)) return changed();
        if (surface === null) return unknownForm('There is no card form that can be filled in');
        const button = choosePayButton(buttons);
        if (given.presses && button === null) return unknownForm('It is not clear which button pays');
        const entry = { ...given.secrets, holder: given.holder };
        const typed = await typeAll({ page, surface, entry, sight, frames });
        if (typed !== null || !given.presses || button === null) {
          return typed ?? { outcome: 'ok', isPressed: false };
        }
        return press({ page, surface, button, clock: options.clock });
      }),
  };
}

async function view(page: Page, admittedFrames: readonly string[]): Promise<View> {
  const url = page.url();
  const surface = await findSurface(page, admittedFrames);
  const buttons = await findPayButtons(page);
  const shown = readTotal({ texts: await readTexts(page), buttons: buttons.map(({ text }) => text) });
  const host = URL.parse(url)?.hostname.replace(/\.$/, '') ?? '';
  return { sight: { host, url, form: surface?.form ?? null, ...shown }, surface, buttons };
}

/** Types the card, and takes it back where the page did not take it or is not the same any more. */
async function typeAll(at: {
  readonly page: Page;
  readonly surface: Surface;
  readonly entry: Entry;
  readonly sight: CheckoutSight;
  readonly frames: readonly string[];
}): Promise<Refusal | null> {
  const { page, surface, entry, sight, frames } = at;
  try {
    await guard(surface);
    if (await typeCard(surface, entry)) {
      const after = await view(page, frames);
      if (isSame(after.sight, sight)) return null;
      await wipe(surface);
      return changed();
    }
  } catch {
    // The driver's words may quote what was typed.
  }
  await wipe(surface);
  return isSamePlace(page.url(), sight.url) ? unknownForm('The form does not take the card') : changed();
}

/** Presses the button that pays and, once the page did with it what it does, empties what fields are left. */
async function press(at: {
  readonly page: Page;
  readonly surface: Surface;
  readonly button: PayButton;
  readonly clock: Pick<Clock, 'wait'>;
}): Promise<{ readonly outcome: 'ok'; readonly isPressed: boolean } | Refusal> {
  const { page, surface, button, clock } = at;
  const settled = afterPress(page, clock);
  if (!(await pressButton(button))) {
    settled.stop();
    await wipe(surface);
    return unknownForm('The button that pays cannot be pressed');
  }
  await settled.quiet();
  await wipe(surface);
  return { outcome: 'ok', isPressed: true };
}

function isSame(now: CheckoutSight, before: CheckoutSight): boolean {
  return (
    isSamePlace(now.url, before.url) &&
    now.host === before.host &&
    now.form === before.form &&
    now.totalCents === before.totalCents &&
    now.currency === before.currency
  );
}

function isSamePlace(url: string, other: string): boolean {
  const [a, b] = [URL.parse(url), URL.parse(other)];
  return a !== null && b !== null && a.origin === b.origin && a.origin !== 'null';
}

function changed(): Refusal {
  return refuse('checkout_changed', 'The page shows another host, form or total than before');
}

function unknownForm(detail: string): Refusal {
  return refuse('checkout_form_unknown', detail);
}
