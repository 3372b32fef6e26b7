import type { Frame, Page, Request } from 'playwright-core';
import type { Clock } from '../../../core/ports.ts';
import { pageScript } from './page-script.ts';

const STEP_MS = 50;
const QUIET_STEPS = 10;
const STEPS_MAX = 200;
const FORGET_MS = 1000;
const FORGET = pageScript<void>(
  'History.prototype.replaceState.call(history, history.state, "", location.href)',
);

/** Watches a page from before its button is pressed. */
export type AfterPress = {
  /** Resolves once the page is gone elsewhere, or asked nothing of anybody for half a second; after ten at the latest. */
  readonly quiet: () => Promise<void>;
  readonly stop: () => void;
};

/**
 * Tells when a page is done with a form that was sent off: one that reads its fields late must still find them, and
 * they must not stay filled longer than that. A document that answers a form has the form in its entry of the history,
 * which the browser writes to its disk within seconds; the entry is made anew without it.
 */
export function afterPress(page: Page, clock: Pick<Clock, 'wait'>): AfterPress {
  const open = new Set<Request>();
  let quietSteps = 0;
  let isElsewhere = false;
  const onRequest = (request: Request) => {
    open.add(request);
    quietSteps = 0;
  };
  const onEnd = (request: Request) => {
    open.delete(request);
    quietSteps = 0;
  };
  /** What each frame showed was forgotten once: that is a navigation as well. */
  const forgotten = new Map<Frame, string>();
  const forgetting: Promise<void>[] = [];
  const onNavigated = (frame: Frame) => {
    if (forgotten.get(frame) !== frame.url()) forgetting.push(frame.evaluate(FORGET, null).catch(() => {}));
    forgotten.set(frame, frame.url());
    if (frame === page.mainFrame()) isElsewhere = true;
  };
  const onClose = () => {
    isElsewhere = true;
  };
  page.on('request', onRequest).on('requestfinished', onEnd).on('requestfailed', onEnd);
  page.on('framenavigated', onNavigated).on('close', onClose);
  const stop = () => {
    page.off('request', onRequest).off('requestfinished', onEnd).off('requestfailed', onEnd);
    page.off('framenavigated', onNavigated).off('close', onClose);
  };
  const quiet = async () => {
    for (let step = 0; !isElsewhere && quietSteps < QUIET_STEPS && step < STEPS_MAX; step += 1) {
      await clock.wait(STEP_MS);
      quietSteps = open.size === 0 ? quietSteps + 1 : 0;
    }
    stop();
    await Promise.race([Promise.all(forgetting), clock.wait(FORGET_MS)]);
  };
  return { quiet, stop };
}
