import type { Page } from 'playwright-core';
import type { PageElement, PageNode, PageWindow } from './dom.ts';
import { pageScript } from './page-script.ts';
import { createEye } from './visibility.ts';

const COLLECT = pageScript<readonly string[]>(`(${collectTexts})(window, (${createEye})(window))`);

/** The texts of a page that a reader sees, in order: one for each line, paragraph or cell. Frames are not read. */
export async function readTexts(page: Page): Promise<readonly string[]> {
  return await page.evaluate(COLLECT, null);
}

/** Runs in the page. Numbers are looked at closely, since they are what is asked for: are they covered, or cut off? */
function collectTexts(window: PageWindow, eye: ReturnType<typeof createEye>): readonly string[] {
  const { document } = window;
  const SKIPPED = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|TEXTAREA|SELECT|OPTION|SVG|IFRAME|DEL|S|STRIKE)$/i;
  const texts: string[] = [];
  let block: PageElement | null = null;
  let text = '';
  const finish = () => {
    const line = text.replace(/\s+/g, ' ').trim();
    if (line !== '') texts.push(line);
    text = '';
  };
  const blockOf = (element: PageElement): PageElement => {
    let at = element;
    for (;;) {
      const { display } = eye.styleOf(at);
      const up = display === 'inline' || display === 'contents' ? eye.parentOf(at) : null;
      if (up === null) return at;
      at = up;
    }
  };
  const isStruck = (element: PageElement, until: PageElement) => {
    for (let at: PageElement | null = element; at !== null; at = eye.parentOf(at)) {
      if (eye.styleOf(at).textDecorationLine.includes('line-through')) return true;
      if (at === until) return false;
    }
    return false;
  };
  const boxesOf = (node: PageNode, element: PageElement) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return Array.from(range.getClientRects()).flatMap((rect) => eye.cut(rect, element) ?? []);
  };
  const isSeen = (node: PageNode, element: PageElement) => {
    const hasDigits = /\d/.test(node.data ?? '');
    if (!hasDigits && boxesOf(node, element).length > 0) return true;
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    return boxesOf(node, element).some((box) => !(hasDigits && eye.isCovered(box, element)));
  };
  const take = (node: PageNode) => {
    const element = eye.parentOf(node);
    const data = node.data ?? '';
    if (element === null) return;
    if (data.trim() === '') {
      text += data;
      return;
    }
    if (!eye.isRendered(element) || !eye.isLegible(element)) return;
    const own = blockOf(element);
    if (isStruck(element, own) || !isSeen(node, element)) return;
    if (own !== block) finish();
    block = own;
    text += data;
  };
  const visit = (node: PageNode) => {
    if (node.nodeType === 3) take(node);
    if (node.nodeType !== 1 && node.nodeType !== 11) return;
    const { tagName, shadowRoot } = node as PageElement;
    if (tagName !== undefined && SKIPPED.test(tagName)) return;
    if (tagName === 'BR') finish();
    if (shadowRoot) visit(shadowRoot);
    for (const child of node.childNodes) visit(child);
    if (node === block) {
      finish();
      block = null;
    }
  };
  const { scrollX, scrollY } = window;
  if (document.body !== null) visit(document.body);
  finish();
  window.scrollTo({ left: scrollX, top: scrollY, behavior: 'instant' });
  return texts;
}
