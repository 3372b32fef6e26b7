import type { Tables, Write } from '../../src/core/books.ts';
import type { Card } from '../../src/core/card/card.ts';
import { ofCard } from '../../src/core/card/network.ts';
import { paybackId } from '../../src/core/card/payback.ts';
import type { CardId } from '../../src/core/id.ts';
import { MAX_UNITS } from '../../src/core/money.ts';
import { nodeHash } from '../../src/store/hash.ts';
import { type Cast, cast, START_MS, USDC } from './world.ts';

type CardTable = 'card' | 'hold' | 'event' | 'challenge' | 'payback' | 'reveal' | 'roster';

const ADDRESS = '0x00000000000000000000000000000000000000ee';

const controls: Card['controls'] = {
  hosts: ['a.example'],
  merchantLock: 'Shop',
  blockedMccs: ['6011'],
  allowedMccs: null,
  allowedCountries: ['IT'],
  requires3ds: true,
  allowsPartialApproval: false,
  reopensOnFullReversal: false,
  lateReserveMs: 0,
  ttlMs: 1,
  holdMs: 2,
  holdLongMs: 3,
  longMccs: [],
  probeMaxUnits: MAX_UNITS,
  probesOpenMax: 1,
  probesMax: 2,
  verificationsMax: 3,
  credentialFailuresMax: 4,
};

/** A card of somebody and one record of each kind that belongs to it, with this text wherever one can be. */
export function cardRecords(owner: Cast, cardId: CardId, text: string): Pick<Tables, CardTable> {
  const { walletId, agentId, mandateId } = owner;
  const merchant = { name: text, id: 'acceptor 1', mcc: '5732', country: null };
  const of = { id: ofCard(cardId, text), walletId, cardId };
  const hash = nodeHash.sha256(cardId);
  const times = { createdAtMs: START_MS, updatedAtMs: START_MS };
  return {
    card: {
      id: cardId,
      walletId,
      agentId,
      mandateId,
      issuer: 'lithic',
      token: `${text} ${cardId}`,
      state: 'closed',
      closeReason: 'settled',
      failure: text,
      label: text,
      lastFour: '1234',
      expiry: '12/31',
      controls,
      assetId: USDC,
      lockedUnits: MAX_UNITS - 3n,
      feeUnits: 1n,
      reservedUnits: 1n,
      heldUnits: 2n,
      capturedUnits: MAX_UNITS,
      shortfallUnits: 10n,
      releasedUnits: 4n,
      receivableUnits: 9n,
      suspenseUnits: 8n,
      refundedUnits: 7n,
      disputeCreditUnits: 6n,
      creditedUnits: MAX_UNITS,
      verifications: 1,
      probes: 2,
      credentialFailures: 3,
      openHolds: [of.id],
      useHold: null,
      challenges: [text],
      fundings: [
        {
          paymentId: 'pay_1',
          lockUnits: MAX_UNITS,
          feeUnits: 0n,
          isLoaded: true,
          state: 'settled',
          restoredUnits: 1n,
        },
      ],
      isFeeReturned: false,
      paybacks: 1,
      events: 1,
      isCodeGone: true,
      isNumberGone: false,
      reveals: 1,
      work: 'mirror',
      mirrorVersion: 2,
      expiresAtMs: START_MS,
      dueAtMs: Number.MAX_SAFE_INTEGER,
      lateUntilMs: null,
      decisionSeq: 1,
      ...times,
    },
    hold: {
      ...of,
      auth: text,
      state: 'open',
      end: null,
      isProbe: false,
      isFinancial: true,
      authorizedUnits: MAX_UNITS,
      heldUnits: 1n,
      capturedUnits: MAX_UNITS,
      merchant,
      decline: null,
      expiresAtMs: START_MS,
      createdAtMs: START_MS,
    },
    event: {
      ...of,
      seq: 1,
      message: { kind: 'reversal', id: text, sentAtMs: null, auth: text, amountUnits: MAX_UNITS },
      answer: { kind: 'approved', approvedUnits: MAX_UNITS, isPartial: false },
      exceptions: ['shortfall', 'force_post'],
      moves: [{ name: 'free', amountUnits: MAX_UNITS }],
      atMs: START_MS,
    },
    challenge: {
      ...of,
      ref: text,
      amountUnits: MAX_UNITS,
      merchant,
      code: null,
      state: 'used',
      expiresAtMs: START_MS,
      createdAtMs: START_MS,
    },
    payback: {
      id: paybackId(cardId, 1),
      walletId,
      cardId,
      kind: 'unused',
      state: 'sent',
      assetId: USDC,
      amountUnits: MAX_UNITS,
      feeUnits: 1n,
      from: ADDRESS,
      to: ADDRESS,
      nonce: `0x${hash}`,
      txHash: `0x${hash}`,
      ...times,
    },
    reveal: {
      id: hash,
      walletId,
      cardId,
      tokenHash: hash,
      purpose: 'fill',
      holder: agentId,
      origin: 'a.example',
      state: 'open',
      expiresAtMs: START_MS,
      createdAtMs: START_MS,
    },
    roster: { id: mandateId, walletId, cardIds: [cardId] },
  };
}

/** What is planted for a wallet, by kind, in the order in which it must be listed. */
type Planted = { readonly [T in Exclude<CardTable, 'reveal' | 'roster'>]: readonly Tables[T][] };

/** Four cards of the nth wallet, of which the first has a log, and paybacks in every state. */
export function plantedCards(n: number): Planted {
  const owner = cast(n);
  const ids = [1, 2, 3, 4].map((k): CardId => `card_${n}${k}`);
  const [first, ...others] = ids.map((id) => cardRecords(owner, id, 'T'));
  const [second, third, fourth] = others;
  if (!first || !second || !third || !fourth) throw new Error('There are four cards');
  const { hold, event, challenge, payback } = first;
  const named = (name: string) => ({ id: ofCard(hold.cardId, name) });
  const states = ['waiting', 'due', 'sent', 'settled', 'cancelled'] as const;
  return {
    card: [
      { ...first.card, state: 'active', work: 'none', dueAtMs: START_MS + 10 },
      { ...second.card, token: first.card.token, issuer: 'stripe', work: 'fund', dueAtMs: START_MS + 5 },
      { ...third.card, token: null, work: 'issue', dueAtMs: null },
      { ...fourth.card, work: 'mirror', dueAtMs: START_MS + 11 },
    ],
    hold: ['A', 'B', 'C'].map((auth) => ({ ...hold, ...named(auth), auth })).concat(second.hold),
    // Ten of them, so that an order by text would show.
    event: Array.from({ length: 10 }, (_, i) => ({ ...event, ...named(`m${i + 1}`), seq: i + 1 })).concat(
      second.event,
    ),
    challenge: [
      { ...challenge, ...named('Q'), ref: 'Q', createdAtMs: START_MS + 2 },
      { ...challenge, ...named('S'), ref: 'S', createdAtMs: START_MS + 1 },
      { ...challenge, ...named('R'), ref: 'R', createdAtMs: START_MS + 1 },
      { ...second.challenge, createdAtMs: START_MS + 3 },
    ],
    payback: states.map((state, i) => ({
      ...payback,
      id: paybackId(payback.cardId, i + 1),
      nonce: `0x${nodeHash.sha256(`${payback.cardId} ${state}`)}`,
      state,
    })),
  };
}

/** The records above as writes, with the mandate that they are of. */
export function plantedWrites(n: number): readonly Write[] {
  const { walletId, agentId, mandateId } = cast(n);
  const planted = plantedCards(n);
  const mandate: Tables['mandate'] = {
    id: mandateId,
    walletId,
    agentId,
    state: 'signed',
    isPaused: false,
    version: 1,
    approvalId: null,
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
  };
  const cards = Object.entries(planted).flatMap(([table, records]) =>
    records.toReversed().map((record) => ({ table, record }) as Write),
  );
  return [{ table: 'mandate', record: mandate }, ...cards];
}
