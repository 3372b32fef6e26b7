import type { PayeeReply } from '../../src/core/ports.ts';
import type { FetchFailure } from '../../src/rails/x402/fetcher.ts';
import type { SimChain } from './chain.ts';
import type { Timeline } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import { type Payee, type PayeeCall, signedIn } from './payee.ts';
import type { Dice } from './random.ts';

/** What became of a request to a payee, as its sender sees it. */
export type Exchange =
  | { readonly ok: true; readonly reply: PayeeReply }
  | { readonly ok: false; readonly failure: FetchFailure };

/** How messages of one kind go wrong. */
export type Way = { readonly lost: Fault; readonly late: Fault; readonly twice?: Fault };

/** Messages between all that are not in one process. None of them is ever the last one by itself. */
export type Network = {
  /** Brings a message over: soon, late, twice or never. */
  readonly send: (what: string, way: Way, arrive: () => void) => void;
  /** Sends a request to whoever has this host, and hears of it once. */
  readonly exchange: (call: PayeeCall, heard: (exchange: Exchange) => void) => void;
};

const REQUEST: Way = { lost: 'request lost', late: 'request late', twice: 'request twice' };
const REPLY: Way = { lost: 'reply lost', late: 'reply late' };
/** How long a sender waits for a reply. */
const REPLY_MS = 10_000;

/** Opens the network. Outsiders listen to it: what pays for one can be handed to the chain by anybody. */
export function openNetwork(by: {
  readonly payees: ReadonlyMap<string, Payee>;
  readonly chain: SimChain;
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly faults: Faults;
}): Network {
  const { payees, chain, timeline, dice, faults } = by;

  function send(what: string, way: Way, arrive: () => void): void {
    if (faults.happens(way.lost, 0.05)) return;
    const lateMs = faults.happens(way.late, 0.06) ? dice.between(500, 14_000) : 0;
    timeline.after(dice.between(1, dice.pick([4, 70])) + lateMs, what, arrive);
    if (way.twice !== undefined && faults.happens(way.twice, 0.05)) {
      timeline.after(dice.between(1, 4000), `${what} again`, arrive);
    }
  }

  function exchange(call: PayeeCall, heard: (exchange: Exchange) => void): void {
    let isOver = false;
    const finish = (result: Exchange) => {
      if (isOver) return;
      isOver = true;
      heard(result);
    };
    const fail = (code: FetchFailure['code'], maySent: boolean) =>
      finish({ ok: false, failure: { code, detail: `The payee gave no answer (${code})`, maySent } });
    if (faults.happens('payee unreachable', 0.05)) {
      timeline.after(dice.between(1, 50), 'payee unreachable', () => fail('network_error', false));
      return;
    }
    overhear(call);
    timeline.after(REPLY_MS, 'payee took too long', () => fail('timeout', true));
    const payee = payees.get(new URL(call.url).host);
    send('request', REQUEST, () =>
      payee?.handle(call, (reply) => send('reply', REPLY, () => finish({ ok: true, reply }))),
    );
  }

  /** Anybody who saw an authorization may hand it in: before the payee does, at the very end, or after it. */
  function overhear({ headers }: PayeeCall): void {
    const signed = signedIn(headers);
    if (signed === null) return;
    const leftMs = Number(signed.authorization.validBefore) * 1000 - timeline.nowMs();
    const submit = (delayMs: number) =>
      timeline.after(delayMs, 'outsider submits', () => chain.submit([signed], 0));
    if (faults.happens('submitted by an outsider first', 0.06)) submit(0);
    if (faults.happens('submitted in the last moment', 0.06)) submit(leftMs - dice.between(200, 6000));
    if (faults.happens('submitted after the end', 0.05)) submit(leftMs + dice.between(0, 8000));
  }

  return { send, exchange };
}
