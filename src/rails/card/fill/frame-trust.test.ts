import { expect, test } from 'vitest';
import { isTrustedFrame } from './frame-trust.ts';

const PAGE = 'https://www.shop.example/checkout';
const ADMITTED = ['http://cards.sandbox'];

test.each<[string, readonly string[], boolean]>([
  ['the page itself', [], true],
  ['its own host', ['https://www.shop.example/card'], true],
  ['a host below its site', ['https://pay.shop.example/card'], true],
  ['a vendor', ['https://js.stripe.com/v3/elements-inner-card.html'], true],
  ['a vendor within a vendor', ['https://js.stripe.com/a', 'https://js.stripe.com/b'], true],
  ['a document written by the page', ['about:srcdoc'], true],
  ['an admitted origin', ['http://cards.sandbox/form'], true],
  ['another host', ['https://evil.example/js.stripe.com/form'], false],
  ['a host that looks like a vendor', ['https://js.stripe.com.evil.example/'], false],
  ['a host that ends like the site', ['https://evilshop.example/'], false],
  ['a vendor without encryption', ['http://js.stripe.com/'], false],
  ['a vendor on another port', ['https://js.stripe.com:8443/'], false],
  ['the site without encryption', ['http://www.shop.example/card'], false],
  ['an admitted host on another port', ['http://cards.sandbox:81/form'], false],
  ['a vendor within another host', ['https://js.stripe.com/a', 'https://evil.example/'], false],
  ['written by another host', ['about:srcdoc', 'https://evil.example/'], false],
  ['data', ['data:text/html,card'], false],
  ['nothing that is a URL', [''], false],
])('a frame of %s: %j is trusted: %s', (_what, frameUrls, isTrusted) => {
  expect(isTrustedFrame({ pageUrl: PAGE, frameUrls }, ADMITTED)).toBe(isTrusted);
});
