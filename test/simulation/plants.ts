import { type Books, type Draft, openDraft, type TableName } from '../../src/core/books.ts';
import type { Command } from '../../src/core/command.ts';
import type { Decide } from '../../src/core/commit.ts';
import type { Offer, Payment } from '../../src/core/payment.ts';
import type { Rail } from '../../src/core/ports.ts';
import { nonceOf } from '../../src/protocol/eip3009.ts';
import type { Plant } from './server.ts';
import { acknowledgeEarly, signOldReplays, signReplays } from './stop-plants.ts';

/** A bug put in on purpose, and the promise whose breaking must give it away. */
export type PlantedBug = { readonly name: string; readonly breaks: RegExp; readonly plant: () => Plant };

/** Bugs that others have had. None is in `src`: each stands between two of its parts, or instead of one. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  { name: 'limits are checked before the commit, on what was read then', breaks: /^G1/, plant: checkThenAct },
  { name: 'a retry signs with a fresh nonce', breaks: /^G2/, plant: freshNonce },
  { name: 'a payment is released by our own clock', breaks: /^G3/, plant: releaseOnTimeout },
  { name: 'a payment is settled by a block that is not final', breaks: /^G3/, plant: settleOnSight },
  { name: 'a decision is answered before it is durable', breaks: /^G6/, plant: answerEarly },
  { name: 'a key is forgotten when the answer of its commit is lost', breaks: /^G2/, plant: forgetKey },
  { name: 'changed terms are signed under the same key', breaks: /^G6/, plant: signChangedTerms },
  { name: 'a freeze is acknowledged at once', breaks: /^G11/, plant: acknowledgeEarly },
  { name: 'a replay is signed without looking at freezes', breaks: /^G11/, plant: signReplays },
  { name: 'a replay is signed because another process could have', breaks: /^G11/, plant: signOldReplays },
  { name: "the server's clock can go back", breaks: /^G11/, plant: () => ({ isClockRaw: true }) },
  { name: 'a release keeps the hold', breaks: /^G3/, plant: keepHold },
  { name: 'a payment in doubt gives its budget back', breaks: /^G3/, plant: forgiveDoubt },
  { name: 'a release gives no budget back', breaks: /^G3/, plant: keepBudget },
];

const COUNTED: readonly TableName[] = ['counter', 'velocity'];

function checkThenAct(): Plant {
  const readAt = new WeakMap<Command, Books>();
  return {
    store: (real, { vault }) => ({
      ...real,
      commit: (command) => {
        readAt.set(command as unknown as Command, vault.snapshot(COUNTED));
        return real.commit(command);
      },
    }),
    decide: (real) => (draft, command, env) => {
      const stale = readAt.get(command);
      if (stale === undefined || command.type !== 'payment.authorize') return real(draft, command, env);
      const get: Books['get'] = (table, id) => (COUNTED.includes(table) ? stale : draft).get(table, id);
      return onTop({ get }, draft, (mixed) => real(mixed, command, env));
    },
  };
}

/** Decides on other books than those that are written to. */
function onTop(books: Books, draft: Draft, run: (mixed: Draft) => ReturnType<Decide>): ReturnType<Decide> {
  const mixed = openDraft(books);
  const outcome = run(mixed);
  for (const { table, record } of mixed.writes()) draft.put(table, record as never);
  return outcome;
}

function freshNonce(): Plant {
  return {
    decide: (real) => (draft, command, env) => {
      const outcome = real(draft, command, env);
      if (command.type !== 'payment.renew' || outcome.outcome === 'refused' || !('payment' in outcome))
        return outcome;
      const { payment } = outcome;
      if (payment.authorization === null || payment.state !== 'reserved') return outcome;
      const nonce = nonceOf(payment.walletId, `${payment.id}/${payment.signByMs}`);
      const again: Payment = { ...payment, authorization: { ...payment.authorization, nonce } };
      draft.put('payment', again);
      return { outcome: 'ok', payment: again };
    },
  };
}

function releaseOnTimeout(): Plant {
  return {
    // The core compares the proof with the block that the books follow: that block gets the wrong time too.
    decide: (real) => (draft, command, env) => {
      if (command.type !== 'payment.release') return real(draft, command, env);
      const { blockSeconds } = command.proof;
      const get = ((table: TableName, id: string) =>
        table === 'cursor'
          ? { ...draft.get(table, id), blockSeconds }
          : draft.get(table, id)) as Books['get'];
      return onTop({ get }, draft, (mixed) => real(mixed, command, env));
    },
    chain: (real, clock) => ({
      ...real,
      blocks: async () => {
        const { latest, finalized } = await real.blocks();
        return { latest, finalized: { ...finalized, seconds: Math.floor(clock.nowMs() / 1000) } };
      },
    }),
  };
}

function settleOnSight(): Plant {
  return {
    chain: (real) => ({
      ...real,
      blocks: async () => {
        const { latest } = await real.blocks();
        return { latest, finalized: latest };
      },
    }),
  };
}

function answerEarly(): Plant {
  return { flaws: { answersEarly: 'payment.authorize' } };
}

function forgetKey(): Plant {
  return {
    flaws: {
      onReplyLost: (vault, command) => {
        if (command.type !== 'payment.authorize') return;
        vault.forget('request', `${command.agentId}/${command.idempotencyKey}`);
      },
    },
  };
}

function signChangedTerms(): Plant {
  return { rail: (real) => ({ ...real, ...payWhatIsAsked(real) }) };
}

/** Signs whatever a payee asks for when it asks again, under the key it was first asked for. */
function payWhatIsAsked(real: Rail): Pick<Rail, 'present' | 'pay'> {
  let last: Payment | null = null;
  return {
    present: (payment) => {
      last = payment;
      return real.present(payment);
    },
    pay: async (request, header) => {
      const payment = last;
      const outcome = await real.pay(request, header);
      const offer = outcome.kind === 'asked_again' ? outcome.challenge?.offers[0] : undefined;
      if (payment === null || offer === undefined || !isOther(payment, offer)) return outcome;
      return real.pay(request, await real.present(withTerms(payment, offer)));
    },
  };
}

function isOther({ offer }: Payment, { payTo, priceUnits }: Offer): boolean {
  return priceUnits !== null && (offer?.payTo !== payTo || offer.priceUnits !== priceUnits);
}

function withTerms(payment: Payment, { payTo, priceUnits, wire }: Offer): Payment {
  const { offer, authorization } = payment;
  if (offer === null || authorization === null || priceUnits === null) return payment;
  return {
    ...payment,
    offer: { ...offer, payTo, priceUnits, wire },
    authorization: { ...authorization, to: payTo, valueUnits: priceUnits },
  };
}

function keepHold(): Plant {
  return { decide: (real) => withoutWrites(real, 'payment.release', ['account', 'transfer']) };
}

function keepBudget(): Plant {
  return { decide: (real) => withoutWrites(real, 'payment.release', ['counter', 'velocity']) };
}

function forgiveDoubt(): Plant {
  return {
    decide: (real) => (draft, command, env) => {
      const outcome = real(draft, command, env);
      if (command.type === 'payment.note' && command.evidence === 'unknown' && 'payment' in outcome) {
        const total = draft.get('counter', `${outcome.payment.mandateId}/total`);
        if (total !== null && total.reservedUnits > 0n) draft.put('counter', { ...total, reservedUnits: 0n });
      }
      return outcome;
    },
  };
}

/** Decides as always and leaves out what it would write to some tables. */
function withoutWrites(real: Decide, type: Command['type'], tables: readonly TableName[]): Decide {
  return (draft, command, env) => {
    if (command.type !== type) return real(draft, command, env);
    const top = openDraft(draft);
    const outcome = real(top, command, env);
    for (const { table, record } of top.writes())
      if (!tables.includes(table)) draft.put(table, record as never);
    return outcome;
  };
}
