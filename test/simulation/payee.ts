import type { Address } from '../../src/core/asset.ts';
import type { PayeeReply } from '../../src/core/ports.ts';
import type { Hex } from '../../src/protocol/hex.ts';
import { encodeText, readPaymentHeader } from '../../src/protocol/x402.ts';
import type { ChainEntry } from '../../src/rails/evm/registry.ts';
import type { SimChain } from './chain.ts';
import type { Timeline } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import type { Dice } from './random.ts';
import type { Signed } from './token.ts';

/** A request as a payee gets it, header names in lower case. */
export type PayeeCall = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** What a payee sells, and how it asks for money. */
export type Shop = {
  readonly host: string;
  readonly version: 1 | 2;
  readonly entry: ChainEntry;
  readonly payTo: Address;
  readonly priceUnits: bigint;
  readonly timeoutSeconds: number;
  /** What it always does with a payment, whatever else goes wrong. */
  readonly temper?: Fault;
};

/** A seller of x402, with a facilitator of its own behind it. It answers once, or never. */
export type Payee = {
  readonly shop: Shop;
  readonly handle: (call: PayeeCall, reply: (reply: PayeeReply) => void) => void;
};

type Terms = { readonly payTo: Address; readonly priceUnits: bigint };
type Sale = {
  readonly call: PayeeCall;
  readonly signed: Signed;
  readonly reply: (reply: PayeeReply) => void;
};

const OTHER_ADDRESS: Address = '0x00000000000000000000000000000000000000ef';
const POLL_MS = 1000;
const POLLS = 7;

/** The signed authorization in a request, if there is one that can be read. */
export function signedIn(headers: PayeeCall['headers']): Signed | null {
  const value = headers['payment-signature'] ?? headers['x-payment'];
  return value === undefined ? null : readPaymentHeader(value);
}

/** Opens a shop. It is as honest as the faults let it be. */
export function openPayee(
  shop: Shop,
  by: { readonly chain: SimChain; readonly timeline: Timeline; readonly dice: Dice; readonly faults: Faults },
): Payee {
  const { chain, timeline, dice, faults } = by;
  const settled = new Set<Hex>();
  let terms: Terms = shop;
  let batch: Signed[] = [];

  function handle(call: PayeeCall, reply: Sale['reply']): void {
    const signed = signedIn(call.headers);
    timeline.after(dice.between(1, 60), `payee ${signed === null ? 'asked' : 'paid'}`, () => {
      if (signed !== null) return sell({ call, signed, reply });
      if (faults.happens('payee fails unpaid', 0.04)) return reply(plain(500));
      reply(challenge(shop, terms, call.url));
    });
  }

  function sell(sale: Sale): void {
    const { call, signed, reply } = sale;
    for (const [fault, share, act] of TEMPERS) {
      if (fault === shop.temper || faults.happens(fault, share)) return void act(sale);
    }
    const { nonce, to, value } = signed.authorization;
    if (settled.has(nonce) && chain.isUsed(nonce)) return void reply(delivery(call));
    if (to !== terms.payTo || value < terms.priceUnits) return void reply(challenge(shop, terms, call.url));
    settle(signed);
    awaitReceipt(sale, 0);
  }

  function awaitReceipt(sale: Sale, polls: number): void {
    timeline.after(POLL_MS, 'payee looks at the chain', () => {
      if (chain.isUsed(sale.signed.authorization.nonce)) return sale.reply(delivery(sale.call));
      if (polls < POLLS) return awaitReceipt(sale, polls + 1);
      sale.reply(challenge(shop, terms, sale.call.url));
    });
  }

  function settle(signed: Signed): void {
    settled.add(signed.authorization.nonce);
    if (!faults.happens('settled in one transaction with others', 0.1)) {
      return void chain.submit([signed], dice.below(1500));
    }
    batch.push(signed);
    timeline.after(3000, 'facilitator sends its batch', () => {
      if (batch.length > 0) chain.submit(batch, 0);
      batch = [];
    });
  }

  /** Sends the authorization so late that it only just, or just not, gets into a block in time. */
  function settleLate(signed: Signed): void {
    const endMs = Number(signed.authorization.validBefore) * 1000;
    const delayMs = endMs - timeline.nowMs() - dice.between(500, 6000);
    timeline.after(delayMs, 'payee settles late', () => chain.submit([signed], 0));
  }

  const change = (to: Partial<Terms>, isForGood: boolean, { call, reply }: Sale) => {
    const changed = { ...terms, ...to };
    if (isForGood) terms = changed;
    reply(challenge(shop, changed, call.url));
  };
  const raise = (sale: Sale) =>
    change({ priceUnits: terms.priceUnits * dice.pick([1n, 1n, 30n]) + 1n }, dice.chance(0.3), sale);
  const after = (act: (sale: Sale) => void) => (sale: Sale) => {
    settle(sale.signed);
    act(sale);
  };
  const TEMPERS: readonly (readonly [Fault, number, (sale: Sale) => void])[] = [
    ['payee asks again', 0.06, ({ call, reply }) => reply(challenge(shop, terms, call.url))],
    [
      'payee asks again after settling',
      0.06,
      after(({ call, reply }) => reply(challenge(shop, terms, call.url))),
    ],
    ['payee raises the price', 0.06, raise],
    ['payee raises the price after settling', 0.06, after(raise)],
    ['payee changes the address', 0.04, (sale) => change({ payTo: OTHER_ADDRESS }, dice.chance(0.6), sale)],
    ['payee keeps silent after settling', 0.06, after(() => undefined)],
    ['payee fails after settling', 0.06, after(({ reply }) => reply(plain(500)))],
    ['payee fails without settling', 0.06, ({ reply }) => reply(plain(503))],
    ['payee claims to have settled', 0.05, ({ call, reply }) => reply(delivery(call))],
    [
      'payee settles in the last moment',
      0.06,
      ({ call, signed, reply }) => {
        settleLate(signed);
        reply(delivery(call));
      },
    ],
    [
      'payee settles late behind a failure',
      0.06,
      ({ signed, reply }) => {
        settleLate(signed);
        reply(plain(500));
      },
    ],
  ];

  return { shop, handle };
}

function plain(status: number): PayeeReply {
  return { status, headers: {}, body: new Uint8Array() };
}

function delivery({ url }: PayeeCall): PayeeReply {
  const receipt = encodeText(JSON.stringify({ success: true, network: 'any' }));
  const headers = { 'content-type': 'application/json', 'payment-response': receipt };
  return { status: 200, headers, body: new TextEncoder().encode(JSON.stringify({ for: url })) };
}

/** The 402 of a shop: version 2 in a header, version 1 in the body. */
function challenge(shop: Shop, terms: Terms, url: string): PayeeReply {
  const { version, entry, timeoutSeconds } = shop;
  const [asset] = entry.assets;
  const amount = terms.priceUnits.toString();
  const extra = { name: asset?.domainName, version: asset?.domainVersion };
  const option = {
    ...{
      scheme: 'exact',
      asset: asset?.address,
      payTo: terms.payTo,
      maxTimeoutSeconds: timeoutSeconds,
      extra,
    },
    ...(version === 2
      ? { network: entry.network, amount }
      : { network: entry.v1Name, maxAmountRequired: amount, resource: url, description: '', mimeType: '' }),
  };
  if (version === 1) {
    const text = JSON.stringify({ x402Version: 1, error: 'Pay first', accepts: [option] });
    return { status: 402, headers: {}, body: new TextEncoder().encode(text) };
  }
  const text = JSON.stringify({ x402Version: 2, error: 'Pay first', resource: { url }, accepts: [option] });
  return { status: 402, headers: { 'payment-required': encodeText(text) }, body: new Uint8Array() };
}
