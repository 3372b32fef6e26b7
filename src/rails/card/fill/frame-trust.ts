/** Hosts from which well-known card forms are embedded into shops' pages. */
const VENDORS: ReadonlySet<string> = new Set([
  'js.stripe.com',
  'checkout.pci.shopifyinc.com',
  'checkout.shopifycs.com',
  'assets.braintreegateway.com',
  'checkoutshopper-live.adyen.com',
  'checkoutshopper-live-us.adyen.com',
  'checkoutshopper-live-au.adyen.com',
  'pci-connect.squareup.com',
  'web.squarecdn.com',
]);

/** A frame's place: its own URL, and those of the frames it is in, without the page itself. */
export type FramePlace = { readonly pageUrl: string; readonly frameUrls: readonly string[] };

/**
 * Whether a card may be typed into a frame: it, and every frame around it, is of the page's own site, of a known
 * vendor of card forms, or of an origin the operator admitted.
 */
export function isTrustedFrame(place: FramePlace, admittedOrigins: readonly string[]): boolean {
  const page = URL.parse(place.pageUrl);
  if (page === null) return false;
  return place.frameUrls.every((text) => {
    // The document is its parent's, and its parent is looked at as well.
    if (text === 'about:srcdoc' || text === 'about:blank') return true;
    const frame = URL.parse(text);
    if (frame === null) return false;
    if (admittedOrigins.includes(frame.origin)) return true;
    if (frame.protocol === 'https:' && frame.port === '' && VENDORS.has(frame.hostname)) return true;
    return isSameSite(frame, page);
  });
}

/** The page's own host or one below it, by the same scheme. */
function isSameSite(frame: URL, page: URL): boolean {
  if (frame.protocol !== page.protocol || !/^https?:$/.test(frame.protocol)) return false;
  if (frame.host === page.host) return true;
  return frame.port === page.port && frame.hostname.endsWith(`.${page.hostname.replace(/^www\./, '')}`);
}
