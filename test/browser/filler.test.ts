import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type BrowserWorld, CARD, HOLDER, openBrowserWorld } from './world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await openBrowserWorld();
}, 300_000);
afterEach(() => world.clear());
afterAll(() => world.close());

const FIELDS = `<form id="f" method="post" action="/paid">
<label>Card number <input id="number" autocomplete="cc-number"></label>
<label>Expires <input id="expiry" autocomplete="cc-exp" placeholder="MM/YY"></label>
<label>Code <input id="code" autocomplete="cc-csc"></label>
<button>Pay $22.00</button></form>`;
const TOTAL = '<p>Total: $22.00</p>';
/** Keeps what was pressed and typed, never what it was. */
const WITNESS = `<script>
window.typed = 0; window.pressed = 0;
addEventListener('input', (event) => { if (event.target.value !== '') window.typed += 1; }, true);
addEventListener('submit', (event) => { window.pressed += 1; event.preventDefault(); });
</script>`;
const NOTHING = { typed: 0, pressed: 0, number: '', code: '' };

/** What a page can tell of what happened to it. */
async function witness(page: Page): Promise<unknown> {
  return await page.evaluate(
    `({ typed: window.typed, pressed: window.pressed, number: document.querySelector('#number').value,
        code: document.querySelector('#code').value })`,
  );
}

const openMerchant = (body: string) => world.open(world.serve('merchant.test', body));

test('a page that stays finds its fields empty after it was filled in and sent off', async () => {
  const page = await openMerchant(`${TOTAL}${FIELDS}${WITNESS}<script>
    addEventListener('submit', () => { const { value } = document.querySelector('#number');
      window.length16 = value.replace(/\\D/g, '').length; });</script>`);
  const sight = await world.look(page);
  expect(await world.fill(page, sight)).toEqual({ outcome: 'ok', isPressed: true });
  expect(await page.evaluate('window.length16')).toBe(16);
  expect(await witness(page)).toMatchObject({ pressed: 1, number: '', code: '' });
});

test('a page that reads its fields late still finds them, and going back brings nothing back', async () => {
  world.serve('merchant.test', '<p>Thank you</p>', '/paid');
  const page = await openMerchant(`${TOTAL}${FIELDS}<script>
    document.querySelector('#f').addEventListener('submit', async (event) => {
      event.preventDefault();
      await fetch('/prepare');
      await new Promise((done) => setTimeout(done, 200));
      sessionStorage.length16 = document.querySelector('#number').value.length;
      event.target.submit();
    });</script>`);
  expect(await world.fill(page, await world.look(page))).toEqual({ outcome: 'ok', isPressed: true });
  await page.waitForURL('**/paid');
  await page.goBack({ waitUntil: 'commit' });
  expect(await page.evaluate('sessionStorage.length16')).toBe('16');
  expect(await page.locator('#number').inputValue()).toBe('');
  expect(await page.locator('#code').inputValue()).toBe('');
});

test('without the order to press, the card stands in the form, unreadable on the screen', async () => {
  const page = await openMerchant(`${TOTAL}${FIELDS}${WITNESS}`);
  const sight = await world.look(page);
  expect(await world.fill(page, sight, false)).toEqual({ outcome: 'ok', isPressed: false });
  expect(await page.evaluate('window.pressed')).toBe(0);
  expect((await page.locator('#number').inputValue()) === CARD.number).toBe(true);
  expect((await page.locator('#expiry').inputValue()) === CARD.expiry).toBe(true);
  const style = 'getComputedStyle(document.querySelector("#number")).webkitTextSecurity';
  expect(await page.evaluate(style)).toBe('disc');
});

test('another total than the one that was looked at stops the card before a key is pressed', async () => {
  const page = await openMerchant(`${TOTAL}${FIELDS}${WITNESS}`);
  const sight = await world.look(page);
  await page.evaluate(`document.querySelector('p').textContent = 'Total: $23.00';
    document.querySelector('button').textContent = 'Pay $23.00'`);
  expect(await world.fill(page, sight)).toMatchObject({ outcome: 'refused', code: 'checkout_changed' });
  expect(await witness(page)).toEqual(NOTHING);
});

test('a total that changes while the card is typed stops it before the button is pressed', async () => {
  const page = await openMerchant(`${TOTAL}${FIELDS}${WITNESS}<script>
    document.querySelector('#code').addEventListener('input', () => {
      document.querySelector('p').textContent = 'Total: $99.00';
      document.querySelector('button').textContent = 'Pay $99.00';
    });</script>`);
  const sight = await world.look(page);
  expect(await world.fill(page, sight)).toMatchObject({ outcome: 'refused', code: 'checkout_changed' });
  expect(await witness(page)).toMatchObject({ pressed: 0, number: '', code: '' });
});

test('a page that went to another host gets nothing', async () => {
  const page = await openMerchant(`${TOTAL}${FIELDS}`);
  const sight = await world.look(page);
  await page.goto(world.serve('elsewhere.test', `${TOTAL}${FIELDS}${WITNESS}`));
  expect(await world.fill(page, sight)).toMatchObject({ outcome: 'refused', code: 'checkout_changed' });
  expect(await witness(page)).toEqual(NOTHING);
});

const HIDDEN: readonly (readonly [string, string])[] = [
  ['not displayed', 'style="display:none"'],
  ['invisible', 'style="visibility:hidden"'],
  ['transparent', 'style="opacity:0"'],
  ['almost transparent', 'style="opacity:0.05"'],
  ['outside the page', 'style="position:absolute;left:-9999px"'],
  ['pushed out of its box', 'style="text-indent:-9999px;overflow:hidden"'],
  ['cut to a point', 'style="position:absolute;width:1px;height:1px;overflow:hidden"'],
  ['clipped', 'style="position:absolute;clip:rect(0 0 0 0)"'],
  ['clipped by a path', 'style="clip-path:inset(50%)"'],
  ['of no size', 'style="font-size:0"'],
  ['white on white', 'style="color:white"'],
  ['of no colour', 'style="color:transparent"'],
  ['filled with nothing', 'style="-webkit-text-fill-color:transparent"'],
  ['shrunk away', 'style="transform:scale(0)"'],
  ['struck out', 'style="text-decoration:line-through"'],
  ['folded away', 'class="folded"'],
];

test.each(HIDDEN)('a total that is %s does not count', async (_how, attribute) => {
  const fields = FIELDS.replace('Pay $22.00', 'Pay');
  const hidden = attribute.includes('folded')
    ? '<details><summary>More</summary><p>Total: $2.00</p></details>'
    : `<p ${attribute}>Total: $2.00</p>`;
  const alone = await openMerchant(`${hidden}${fields}`);
  expect(await world.look(alone)).toMatchObject({ form: 'plain', totalCents: null });
  const beside = await openMerchant(`${hidden}${TOTAL}${fields}`);
  expect(await world.look(beside)).toMatchObject({ totalCents: 2200n, currency: 'USD' });
});

test('a total that something lies over does not count, wherever the page is scrolled to', async () => {
  const fields = FIELDS.replace('Pay $22.00', 'Pay');
  const page = await openMerchant(
    `<div style="position:relative"><p>Total: $2.00</p><div style="position:absolute;inset:0;background:#fff"></div></div>
    <div style="height:3000px"></div>${fields}`,
  );
  expect(await world.look(page)).toMatchObject({ form: 'plain', totalCents: null });
  expect(await page.evaluate('scrollY')).toBe(0);
});

test('a total below the fold, under a banner, in a box that scrolls and made of pieces counts', async () => {
  const page = await openMerchant(`
    <div style="position:fixed;bottom:0;left:0;right:0;height:80px;background:#ccc">We use cookies</div>
    <div style="height:2000px"></div>${FIELDS.replace('Pay $22.00', 'Pay')}
    <div style="height:60px;overflow:auto"><div style="height:300px"></div>
    <div style="display:flex"><b>Total</b><span><i>$</i><i>1,022</i><i>.00</i></span></div></div>
    <div style="height:400px"></div>`);
  expect(await world.look(page)).toMatchObject({ form: 'plain', totalCents: 102200n, currency: 'USD' });
});

test('the total of a frame of another origin does not count', async () => {
  const frame = world.serve('elsewhere.test', '<p>Total: $2.00</p>', '/total');
  const page = await openMerchant(`<iframe src="${frame}"></iframe>${FIELDS.replace('Pay $22.00', 'Pay')}`);
  expect(await world.look(page)).toMatchObject({ form: 'plain', totalCents: null, currency: null });
});

test('a card form in a frame of a foreign origin is none', async () => {
  const frame = world.serve('elsewhere.test', `${FIELDS}${WITNESS}`, '/form');
  const page = await openMerchant(
    `${TOTAL}<iframe name="__privateStripeFrame9" src="${frame}"></iframe><button>Pay $22.00</button>`,
  );
  await page.frameLocator('iframe').locator('#number').waitFor();
  const sight = await world.look(page);
  expect(sight).toMatchObject({ form: null, totalCents: 2200n });
  expect(await world.fill(page, sight)).toMatchObject({ outcome: 'refused', code: 'checkout_form_unknown' });
  const inner = page.frames().find((each) => each.url() === frame);
  expect(await inner?.evaluate('window.typed')).toBe(0);
});

test('fields that nobody sees are not filled in', async () => {
  const trap = '<div style="position:absolute;left:-9999px"><input id="trap" autocomplete="cc-number"></div>';
  const page = await openMerchant(`${TOTAL}${trap}${FIELDS}`);
  const sight = await world.look(page);
  expect(await world.fill(page, sight, false)).toEqual({ outcome: 'ok', isPressed: false });
  expect(await page.locator('#trap').inputValue()).toBe('');
  const onlyTrap = await openMerchant(`${TOTAL}${trap}<button>Pay</button>`);
  expect(await world.look(onlyTrap)).toMatchObject({ form: null });
});

test('two card forms on a page are none', async () => {
  const page = await openMerchant(`${TOTAL}${FIELDS}${FIELDS}`);
  expect(await world.look(page)).toMatchObject({ form: null });
});

test('a form with chosen months and years, long years and a holder is filled in', async () => {
  const months = Array.from({ length: 12 }, (_, i) => `<option value="m${i}">${i + 1} - month</option>`).join(
    '',
  );
  const page = await openMerchant(`${TOTAL}<form>
    <label>Kartennummer <input id="number" name="n1" maxlength="19"></label>
    <select id="month" name="exp_month">${months}</select>
    <select id="year" name="exp_year"><option>2028</option><option>2029</option></select>
    <label>Prüfziffer <input id="code" name="n2" maxlength="4"></label>
    <label>Karteninhaber <input id="holder" name="n3"></label><button>Zahlungspflichtig bestellen</button></form>`);
  expect(await world.fill(page, await world.look(page), false)).toEqual({ outcome: 'ok', isPressed: false });
  const value = (id: string) => page.locator(id).inputValue();
  expect([await value('#month'), await value('#year'), await value('#holder')]).toEqual([
    'm11',
    '2029',
    HOLDER,
  ]);
  expect((await value('#number')) === CARD.number && (await value('#code')) === CARD.code).toBe(true);
});

test('a field that counts its keys gets the slash only where it wants one', async () => {
  const own = `<script>document.querySelector('#expiry').addEventListener('input', ({ target }) => {
    const digits = target.value.replace(/\\D/g, '');
    target.value = digits.length > 2 ? digits.slice(0, 2) + ' / ' + digits.slice(2, 4) : digits;
  });</script>`;
  const formatting = await openMerchant(`${TOTAL}${FIELDS}${own}`);
  await world.fill(formatting, await world.look(formatting), false);
  expect(await formatting.locator('#expiry').inputValue()).toBe('12 / 29');
  const long = await openMerchant(`${TOTAL}${FIELDS.replace('MM/YY', 'MM/YYYY')}`);
  await world.fill(long, await world.look(long), false);
  expect(await long.locator('#expiry').inputValue()).toBe('12/2029');
});

test('without one button that pays, nothing is typed', async () => {
  const none = await openMerchant(`${TOTAL}${FIELDS.replace('Pay $22.00', 'Continue')}${WITNESS}`);
  const two = await openMerchant(
    `${TOTAL}${FIELDS.replace('</form>', '<button>Place order</button></form>')}${WITNESS}`,
  );
  for (const page of [none, two]) {
    const result = await world.fill(page, await world.look(page));
    expect(result).toMatchObject({ outcome: 'refused', code: 'checkout_form_unknown' });
    expect(await witness(page)).toEqual(NOTHING);
  }
  const wallets = await openMerchant(
    `${TOTAL}<button>Pay with PayPal</button><button>Buy with Apple Pay</button>${FIELDS}${WITNESS}`,
  );
  expect(await world.fill(wallets, await world.look(wallets))).toEqual({ outcome: 'ok', isPressed: true });
});

test('a form that does not take the card is emptied, and nothing that is answered holds the number', async () => {
  const broken = [
    'target.value = target.value.slice(0, 7)',
    'if (target.value.length > 7) target.remove()',
    'if (target.value.length > 7) location.href = "about:blank"',
  ];
  for (const action of broken) {
    const page = await openMerchant(`${TOTAL}${FIELDS}<script>
      document.querySelector('#number').addEventListener('input', ({ target }) => { ${action}; });</script>`);
    const result = await world.fill(page, await world.look(page));
    expect(result).toMatchObject({ outcome: 'refused' });
    expect(JSON.stringify(result).replace(/\D/g, '')).not.toContain(CARD.number.slice(0, 6));
    const number = page.locator('#number');
    if ((await number.count()) > 0) expect(await number.inputValue()).toBe('');
  }
});

test('a page that moves the focus to another field gets no more than a key into that', async () => {
  const page = await openMerchant(`${TOTAL}<input id="other">${FIELDS}<script>
    document.querySelector('#number').addEventListener('input', () =>
      document.querySelector('#other').focus());</script>`);
  const result = await world.fill(page, await world.look(page), false);
  expect(result).toMatchObject({ outcome: 'refused', code: 'checkout_form_unknown' });
  expect(await page.locator('#number').inputValue()).toBe('');
  expect((await page.locator('#other').inputValue()).length).toBeLessThanOrEqual(1);
});

test('the page is found by the beginning of its URL, else it is the one in front', async () => {
  const first = await world.open(world.serve('merchant.test', `${TOTAL}${FIELDS}`, '/first'));
  const second = await first.context().newPage();
  await second.goto(world.serve('merchant.test', `<p>Total: $5.00</p>`, '/second'));
  const look = (page: string | null) => world.filler.look({ endpoint: world.endpoint, page });
  expect(await look('http://merchant.test/fir')).toMatchObject({ url: first.url(), totalCents: 2200n });
  expect(await look(null)).toMatchObject({ url: second.url(), totalCents: 500n });
  await first.bringToFront();
  expect(await look(null)).toMatchObject({ url: first.url(), totalCents: 2200n });
  expect(await look('http://merchant.test/third')).toMatchObject({ code: 'checkout_unreachable' });
});

test('a page in a tab behind another one is brought to the front, filled in and sent off', async () => {
  const url = world.serve('merchant.test', `${TOTAL}${FIELDS}`, '/behind');
  world.serve('merchant.test', '<p>Thank you</p>', '/paid');
  const behind = await world.openTab(url);
  await world.openTab(world.serve('merchant.test', '<p>In front</p>', '/front'));
  expect(await behind.evaluate('document.visibilityState')).toBe('hidden');
  const sight = await world.look(behind);
  expect(sight).toMatchObject({ form: 'plain', totalCents: 2200n });
  expect(await world.fill(behind, sight)).toEqual({ outcome: 'ok', isPressed: true });
  await behind.waitForURL('**/paid');
});

test('a process whose driver would log what is typed drives no browser', async () => {
  for (const names of ['pw:protocol', 'http, pw:api', '*']) {
    vi.stubEnv('DEBUG', names);
    const sight = await world.filler.look({ endpoint: world.endpoint, page: null });
    expect(sight).toMatchObject({ outcome: 'refused', code: 'checkout_unreachable' });
  }
  vi.unstubAllEnvs();
});
