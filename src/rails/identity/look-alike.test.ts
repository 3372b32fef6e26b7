import { expect, test } from 'vitest';
import { brands } from './brands.ts';
import { identify } from './host.ts';
import { sitesOf } from './known.ts';
import { HONEST_HOSTS } from './look-alike.fixture.ts';
import { lookAlikeOf } from './look-alike.ts';

/** Hosts that the mandate lists or that were paid before. */
const KNOWN = [
  'names.sandbox',
  'api.scholar402.xyz',
  'agritables.org',
  'r.readable.dev',
  'acme.github.io',
  'exa.ai',
];

/** Host, whom it imitates, how. */
const ATTACKS = [
  // Letters that look alike.
  ['раypal.com', 'paypal.com', 'same_skeleton'],
  ['xn--80ak6aa92e.com', 'apple.com', 'same_skeleton'],
  ['nаmecheap.com', 'namecheap.com', 'same_skeleton'],
  ['gοοgle.com', 'google.com', 'same_skeleton'],
  ['ámazon.com', 'amazon.com', 'same_skeleton'],
  ['pay.stгipe.com', 'stripe.com', 'same_skeleton'],
  ['bınance.com', 'binance.com', 'same_skeleton'],
  ['dһl.com', 'dhl.com', 'same_skeleton'],
  ['dh1.com', 'dhl.com', 'same_skeleton'],
  ['v1sa.com', 'visa.com', 'same_skeleton'],
  ['vvise.com', 'wise.com', 'same_skeleton'],
  ['www.narnecheap.com', 'namecheap.com', 'same_skeleton'],
  ['arnazon.de', 'amazon.com', 'same_skeleton'],
  ['vvalmart.com', 'walmart.com', 'same_skeleton'],
  ['gocladdy.com', 'godaddy.com', 'same_skeleton'],
  ['platform.openal.com', 'openai.com', 'same_skeleton'],
  ['paypa1.com', 'paypal.com', 'same_skeleton'],
  ['g00gle.com', 'google.com', 'same_skeleton'],
  ['h3tzn3r.com', 'hetzner.com', 'same_skeleton'],
  ['pay-pal.com', 'paypal.com', 'same_skeleton'],
  ['pay--pal.com', 'paypal.com', 'same_skeleton'],
  ['nannes.sandbox', 'names.sandbox', 'same_skeleton'],
  ['api.sch0lar402.xyz', 'scholar402.xyz', 'same_skeleton'],
  ['r.readab1e.dev', 'readable.dev', 'same_skeleton'],
  // Another suffix.
  ['paypal.top', 'paypal.com', 'other_suffix'],
  ['openai.shop', 'openai.com', 'other_suffix'],
  ['login.coinbase.io', 'coinbase.com', 'other_suffix'],
  ['digitalocean.cm', 'digitalocean.com', 'other_suffix'],
  ['paypal.github.io', 'paypal.com', 'other_suffix'],
  ['netflix.web.app', 'netflix.com', 'other_suffix'],
  ['chase.support', 'chase.com', 'other_suffix'],
  ['ups.click', 'ups.com', 'other_suffix'],
  ['agritables.download', 'agritables.org', 'other_suffix'],
  ['names.test', 'names.sandbox', 'other_suffix'],
  ['exa.com', 'exa.ai', 'other_suffix'],
  ['acme.gitlab.io', 'acme.github.io', 'other_suffix'],
  // Bait around the name.
  ['paypal-login.com', 'paypal.com', 'bait_words'],
  ['secure-paypal.io', 'paypal.com', 'bait_words'],
  ['paypallogin.com', 'paypal.com', 'bait_words'],
  ['securepaypal.com', 'paypal.com', 'bait_words'],
  ['my-pay-pal-account.com', 'paypal.com', 'bait_words'],
  ['paypal--login.com', 'paypal.com', 'bait_words'],
  ['paypal-com.io', 'paypal.com', 'bait_words'],
  ['wwwpaypal.com', 'paypal.com', 'bait_words'],
  ['paypa1-official.com', 'paypal.com', 'bait_words'],
  ['аррle-support.com', 'apple.com', 'bait_words'],
  ['asana-billing.support', 'asana.com', 'bait_words'],
  ['pay.hetznar-cloud.de', 'hetzner.com', 'bait_words'],
  ['1nterflora-express.shop', 'interflora.com', 'bait_words'],
  ['newegg-clearance-outlet.shop', 'newegg.com', 'bait_words'],
  ['hilton-sf-reservations.top', 'hilton.com', 'bait_words'],
  ['chase-login.com', 'chase.com', 'bait_words'],
  ['dhl-redelivery.info', 'dhl.com', 'bait_words'],
  ['ing-secure.net', 'ing.com', 'bait_words'],
  ['usps-tracking-parcel.com', 'usps.com', 'bait_words'],
  ['squarelogin.com', 'square.com', 'bait_words'],
  ['openai-credits.xyz', 'openai.com', 'bait_words'],
  ['anthropicbilling.com', 'anthropic.com', 'bait_words'],
  ['names-sandbox.test', 'names.sandbox', 'bait_words'],
  ['agritables-org.download', 'agritables.org', 'bait_words'],
  ['readable-checkout.com', 'readable.dev', 'bait_words'],
  // The name in front of a stranger's domain.
  ['paypal.com.evil.io', 'paypal.com', 'brand_in_subdomain'],
  ['www.paypal.com.secure-session.io', 'paypal.com', 'brand_in_subdomain'],
  ['paypal.com-secure.io', 'paypal.com', 'brand_in_subdomain'],
  ['paypal-com.evil.io', 'paypal.com', 'brand_in_subdomain'],
  ['paypal-login.evil.io', 'paypal.com', 'brand_in_subdomain'],
  ['paypa1.evil.io', 'paypal.com', 'brand_in_subdomain'],
  ['paypal.secure-billing.io', 'paypal.com', 'brand_in_subdomain'],
  ['amazon.co.uk.orders.example.net', 'amazon.com', 'brand_in_subdomain'],
  ['dhl.com.parcels.example.net', 'dhl.com', 'brand_in_subdomain'],
  ['paypal.com.evil.github.io', 'paypal.com', 'brand_in_subdomain'],
  ['readable.dev.evil.io', 'readable.dev', 'brand_in_subdomain'],
  ['names.sandbox.evil.test', 'names.sandbox', 'brand_in_subdomain'],
  // One slip.
  ['gihtub.com', 'github.com', 'one_edit'],
  ['gogle.com', 'google.com', 'one_edit'],
  ['amazzon.com', 'amazon.com', 'one_edit'],
  ['microsft.com', 'microsoft.com', 'one_edit'],
  ['hetznar.de', 'hetzner.com', 'one_edit'],
  ['paypol.com', 'paypal.com', 'one_edit'],
  ['spotifyy.com', 'spotify.com', 'one_edit'],
  ['namechaep.com', 'namecheap.com', 'one_edit'],
  ['netfllix.com', 'netflix.com', 'one_edit'],
  ['coinbasse.com', 'coinbase.com', 'one_edit'],
  ['anthropics.com', 'anthropic.com', 'one_edit'],
  ['amaozn.com', 'amazon.com', 'one_edit'],
  ['scholar403.xyz', 'scholar402.xyz', 'one_edit'],
  ['readables.dev', 'readable.dev', 'one_edit'],
  ['agritable.org', 'agritables.org', 'one_edit'],
  // Deceptive in itself.
  ['quietsеa.com', null, 'mixed_script'],
  ['кафе-cafe.example.com', null, 'mixed_script'],
  ['роса.com', null, 'foreign_twin'],
  ['paypal.evil.io', 'paypal.com', 'brand_as_subdomain'],
] as const;

test.each(ATTACKS)('%s imitates %s: %s', (host, of, why) => {
  expect(lookAlikeOf(host, KNOWN)).toMatchObject({ of, why });
});

test('what honest sites do as well is not sure', () => {
  const isSure = (host: string) => lookAlikeOf(host, KNOWN)?.isSure;
  expect(['paypal.evil.io', 'роса.com', 'paypol.com', 'discard.com', 'chase.support'].map(isSure)).toEqual(
    Array(5).fill(false),
  );
  expect(['paypa1.com', 'paypal.top', 'microsft.com', 'scholar403.xyz'].map(isSure)).toEqual(
    Array(4).fill(true),
  );
});

test('no honest company is taken for another', () => {
  expect(new Set(HONEST_HOSTS).size).toBeGreaterThanOrEqual(150);
  expect(HONEST_HOSTS.flatMap((host) => lookAlikeOf(host, KNOWN)?.of ?? [])).toEqual([]);
});

const NOBODY = [
  ...[
    '127.0.0.1',
    '[::1]',
    'localhost',
    'github.io',
    'co.uk',

    'gifts.sandbox',
    'twin.sandbox',
  ],
  ...['api.readable.dev', 'READABLE.dev.', 'shop.acme.github.io', 'names.sandbox', 'eu.names.sandbox'],
  ...[
    'www.amazon.de',
    'smile.amazon.co.uk',
    'www.google.co.jp',
    'aws.amazon.com',
    'ｐａｙｐａｌ.com',
    'www.paypal.me',
  ],
  ...[
    'bücher.de',
    'магазин.ru',
    'роса.ru',
    'ラーメン.jp',
    '東京shop.jp',
    'café-müller.fr',
    'example.com',
    'a.b.c.d.dev',
    'openapi.dev',
    'secureshell.dev',
    'authbird.com',
  ],
];

test.each(NOBODY)('%s imitates nobody', (host) => {
  expect(lookAlikeOf(host, KNOWN)).toBeNull();
});

test('a host is compared with those given: it is a look-alike only of what is known', () => {
  expect(lookAlikeOf('quietse4.com', [])).toBeNull();
  expect(lookAlikeOf('quietse4.com', ['shop.quietsea.com'])).toEqual({
    of: 'quietsea.com',
    why: 'same_skeleton',
    isSure: true,
  });
  expect(lookAlikeOf('paypa1.com', ['paypa1.com'])).toBeNull();
  expect(lookAlikeOf('bücherei.com', ['www.xn--bcherei-n2a.de'])).toMatchObject({ why: 'other_suffix' });
  expect(lookAlikeOf('bucherei.de', ['bücherei.de'])).toMatchObject({
    of: 'xn--bcherei-n2a.de',
    why: 'same_skeleton',
  });
  expect(lookAlikeOf('xn--bcherei-n2a.de', ['bücherei.de'])).toBeNull();
});

test('a short name is nobody by a slip or by a common word', () => {
  const known = ['exa.ai', 'ups.com', 'acme.io'];
  for (const host of [
    'exo.ai',
    'exa-shop.com',
    'acne.io',
    'ups-travel.com',
    'upslogin.com',
    'deli.com',
    'acmes.io',
  ]) {
    expect([host, lookAlikeOf(host, known)]).toEqual([host, null]);
  }
});

test('the order of the known hosts, a prepared index and a second call change nothing', () => {
  const sites = sitesOf(KNOWN);
  for (const [host] of ATTACKS) {
    const found = lookAlikeOf(host, KNOWN);
    expect(lookAlikeOf(host, [...KNOWN].reverse())).toEqual(found);
    expect(lookAlikeOf(host, sites)).toEqual(found);
  }
});

test('every domain of the brand list can be registered as it stands, and is nobody else', () => {
  const domains = brands().flatMap(({ label, suffixes }) => suffixes.map((suffix) => ({ label, suffix })));
  const isSplit = ({ label, suffix }: { label: string; suffix: string }) => {
    const facts = identify(`${label}.${suffix}`);
    return facts.label === label && facts.suffix === suffix;
  };
  const nameOf = ({ label, suffix }: { label: string; suffix: string }) => `${label}.${suffix}`;
  expect(domains.length).toBeGreaterThan(1500);
  expect(new Set(domains.map(nameOf)).size).toBe(domains.length);
  expect(domains.filter((one) => !isSplit(one)).map(nameOf)).toEqual(['amazon.com.be']);
  expect(domains.filter((one) => lookAlikeOf(nameOf(one), []) !== null)).toEqual([]);
});

test('made-up imitations of every brand are found', () => {
  const isLong = ({ label }: { label: string }) => label.replace('-', '').length > 4;
  for (const { label, suffixes } of brands().filter(isLong)) {
    const real = `${label}.${suffixes[0]}`;
    const half = Math.ceil(label.length / 2);
    const made = [
      `${label}-login.com`,
      `secure-${label}.info`,
      `${real}.evil.io`,
      `${real}-verify.io`,
      `${label}-support.evil.io`,
      `${label.slice(0, half)}-${label.slice(half)}-billing.net`,
      label.includes('o') ? `${label.replace('o', '0')}.com` : `${label}-official.com`,
      label.includes('a') ? `${label.replace('a', 'а')}.com` : `${label}-account.com`,
      label.includes('m') ? `${label.replace('m', 'rn')}.com` : `${label}-invoice.com`,
    ];
    expect(made.filter((host) => lookAlikeOf(host, []) === null)).toEqual([]);
  }
});
