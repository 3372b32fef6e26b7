import type { PageBox, PageElement, PageNode, PageStyle, PageWindow } from './dom.ts';

/**
 * Makes, in the page, what tells whether a reader sees something. Self-contained: its source is sent there.
 */
export function createEye(window: PageWindow) {
  const { document } = window;
  const LEAST_PX = 3;
  const styleOf = (element: PageElement): PageStyle => window.getComputedStyle(element);
  const parentOf = (node: PageNode) => node.parentElement ?? node.getRootNode().host ?? null;
  const alphaOf = (color: string) => {
    const numbers = color.match(/[\d.]+/g) ?? [];
    return numbers.length < 4 ? 1 : Number(numbers[3]);
  };
  const isOpaque = (element: PageElement) =>
    alphaOf(styleOf(element).backgroundColor) > 0.5 ||
    styleOf(element).backgroundImage !== 'none' ||
    /^(IMG|VIDEO|CANVAS|IFRAME|OBJECT|EMBED)$/.test(element.tagName);

  /** What of a box is left by the ancestors that cut it off; null where that is too little to see. */
  const cut = (box: PageBox, from: PageElement): PageBox | null => {
    let { left, top, right, bottom } = box;
    for (let at: PageElement | null = from; at !== null; at = parentOf(at)) {
      if (at.tagName === 'BODY' || at.tagName === 'HTML') break;
      const { overflowX, overflowY, clip, clipPath, filter } = styleOf(at);
      if (clip !== 'auto' || filter.includes('opacity')) return null;
      if (clipPath !== 'none' && !/^inset\(0px/.test(clipPath)) return null;
      const edge = at.getBoundingClientRect();
      if (overflowX !== 'visible') [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      if (overflowY !== 'visible') [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    left = Math.max(left, -window.scrollX);
    top = Math.max(top, -window.scrollY);
    right = Math.min(
      right,
      Math.max(document.documentElement.scrollWidth, window.innerWidth) - window.scrollX,
    );
    return right - left < LEAST_PX || bottom - top < LEAST_PX ? null : { left, top, right, bottom };
  };

  /** Not hidden by any style of its own or of what it is in. */
  const isRendered = (element: PageElement): boolean => {
    if (
      !element.checkVisibility({
        opacityProperty: true,
        visibilityProperty: true,
        contentVisibilityAuto: true,
      })
    ) {
      return false;
    }
    let opacity = 1;
    for (let at: PageElement | null = element; at !== null; at = parentOf(at)) {
      opacity *= Number(styleOf(at).opacity);
    }
    return opacity > 0.2;
  };

  /** Whether letters of this element stand out from what is behind them. */
  const isLegible = (element: PageElement): boolean => {
    const { color, webkitTextFillColor, fontSize } = styleOf(element);
    if (Number.parseFloat(fontSize) < 6 || alphaOf(color) < 0.2 || alphaOf(webkitTextFillColor) < 0.2) {
      return false;
    }
    for (let at: PageElement | null = element; at !== null; at = parentOf(at)) {
      const { backgroundColor, backgroundImage } = styleOf(at);
      if (backgroundImage !== 'none') return true;
      if (alphaOf(backgroundColor) > 0.5) return backgroundColor !== webkitTextFillColor;
    }
    return webkitTextFillColor !== 'rgb(255, 255, 255)';
  };

  /** Whether something that hides it lies over the middle of a box; only what is in the window can be told. */
  const isCovered = (box: PageBox, element: PageElement): boolean => {
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    if (x < 0 || y < 0 || x >= window.innerWidth || y >= window.innerHeight) return false;
    const holders = new Set<PageElement>();
    for (let at: PageElement | null = element; at !== null; at = parentOf(at)) holders.add(at);
    for (const over of document.elementsFromPoint(x, y)) {
      if (holders.has(over) || element.contains(over)) return false;
      if (isOpaque(over)) return true;
    }
    return false;
  };
  return { parentOf, styleOf, cut, isRendered, isLegible, isCovered };
}
