import type { Card, CardControls, CardOrder } from '../../src/core/card/card.ts';
import { unitsOf } from '../../src/core/card/cents.ts';
import type { MessageAnswer, NetworkMessage } from '../../src/core/card/network.ts';
import type { Command, OutcomeOf } from '../../src/core/command.ts';
import type { CardId, PaymentId } from '../../src/core/id.ts';
import type { Payment } from '../../src/core/payment.ts';
import { DEFAULT_POLICY, type Policy } from '../../src/core/policy.ts';
import type { Scope } from '../../src/core/scope.ts';
import { nodeHash } from '../../src/store/hash.ts';
import {
  block,
  createWallet,
  enrol,
  HOST,
  idOf,
  must,
  NETWORK,
  observe,
  offer,
  pay,
  START_MS,
  scope,
  settlementLog,
  USDC,
  WALLET,
} from './cast.ts';
import { type Memory, openMemory } from './memory.ts';

export const TREASURY = '0x00000000000000000000000000000000000000cc';
export const HOUR_MS = 3_600_000;
export const CARD: CardId = idOf('card', 1);
/** What the wallet holds at the start. */
export const OPENING = 1_000_000_000n;

/** A wallet whose time moves, with an agent that may pay by card. */
export type World = { readonly memory: Memory; nowMs: number };

/** What is not as usual: the scope, the policy, and what the wallet holds. */
export type Setting = {
  readonly scope?: Partial<Scope>;
  readonly policy?: Partial<Policy['card']>;
  readonly holds?: bigint;
};

/** Opens a wallet with an agent whose mandate allows cards for one host. */
export function openWorld({ scope: change, policy, holds = OPENING }: Setting = {}): World {
  const memory = openMemory({ ...DEFAULT_POLICY, card: { ...DEFAULT_POLICY.card, ...policy } });
  enrol(memory, scope({ rails: ['x402', 'card'], totalUnits: OPENING, ...change }), holds);
  return { memory, nowMs: START_MS };
}

const {
  decisionMsMax: _,
  shortfallBlocks: __,
  revealsToAgents: ___,
  revealMs: ____,
  ...TAKES
} = DEFAULT_POLICY.card;

/** What a card takes unless `change` says otherwise. */
export function controls(change: Partial<CardControls> = {}): CardControls {
  const open = { hosts: [], merchantLock: null, allowedMccs: null, allowedCountries: null };
  return { ...TAKES, ...open, ...change };
}

/** What of a payment into a card is not as usual. */
export type Order = {
  readonly n?: number | string;
  readonly lock?: number;
  readonly fee?: number;
  readonly controls?: Partial<CardControls>;
  readonly card?: CardId;
  readonly kind?: CardOrder['kind'];
  readonly change?: Partial<Command<'payment.authorize'>>;
};

/** A payment into a card: 25 dollars locked and no fee, unless told otherwise. Amounts in cents. */
export function orderCard({
  n = 1,
  lock = 2500,
  fee = 0,
  ...rest
}: Order = {}): Command<'payment.authorize'> {
  const cardId = rest.card ?? idOf('card', n);
  const money = { lockUnits: unitsOf(BigInt(lock)), feeUnits: unitsOf(BigInt(fee)) };
  const made: CardOrder =
    rest.kind === 'recharge'
      ? { kind: 'recharge', cardId, ...money }
      : {
          kind: 'create',
          cardId,
          issuer: 'sandbox',
          label: 'One task',
          controls: controls(rest.controls),
          ...money,
        };
  const priceUnits = money.lockUnits + money.feeUnits;
  return pay(n, {
    seen: [],
    change: {
      operation: 'card.create',
      mode: 'card',
      resource: { url: `card:${cardId}`, origin: '', host: HOST, method: 'POST' },
      challenge: {
        source: 'wallet',
        statedOrigin: null,
        offers: [offer({ rail: 'card', payTo: TREASURY, priceUnits })],
      },
      card: made,
      ...rest.change,
    },
  });
}

/** The card as it stands. */
export function cardOf({ memory }: World, cardId: CardId = CARD): Card {
  const card = memory.books.get('card', cardId);
  if (card === null) throw new Error(`There is no card ${cardId}`);
  return card;
}

/** Sends a command and wants it answered. */
export function send<K extends Command['type']>(world: World, command: Command<K>) {
  return must<K>(world.memory.send(command, world.nowMs) as OutcomeOf<K>);
}

/** Pays into a card, and throws where that is not allowed. */
export function order(world: World, given: Order = {}): Payment {
  const { payment } = send(world, orderCard(given));
  if (payment.state !== 'reserved') throw new Error(`${payment.refusal?.code}: ${payment.refusal?.detail}`);
  return payment;
}

/** The treasury's word that it took a payment. */
export function fund(world: World, paymentId: PaymentId, cardId: CardId = CARD): void {
  send(world, { type: 'card.funded', walletId: WALLET, cardId, paymentId, txHash: 'aa' });
}

/** The issuer's word that it made a card. */
export function issue(world: World, cardId: CardId = CARD, isPending = false): void {
  const made = { token: `tok ${cardId}`, lastFour: '4242', expiry: '12/30', isPending };
  send(world, { type: 'card.issued', walletId: WALLET, cardId, ...made });
}

/** A card that is paid for, issued, and whose payment is final. */
export function openCard(world: World, given: Order = {}): Payment {
  const payment = order(world, given);
  const cardId = payment.cardId ?? CARD;
  fund(world, payment.id, cardId);
  issue(world, cardId);
  settle(world, payment);
  return payment;
}

/** The next block of the chain, with the log that a payment is taken by. */
export function settle(world: World, payment: Payment): void {
  const number = nextBlock(world);
  send(world, observe(number, block(number, world.nowMs), { out: [settlementLog(payment, number)] }));
}

/** A block past the end of a payment's authorization, and the proof that it was never taken. */
export function release(world: World, payment: Payment): void {
  const seconds = payment.authorization?.validBeforeSeconds ?? 0;
  world.nowMs = Math.max(world.nowMs, seconds * 1000);
  const number = nextBlock(world);
  const at = block(number, world.nowMs);
  send(world, observe(number, at));
  const proof = {
    kind: 'released',
    blockNumber: number,
    blockHash: at.hash,
    blockSeconds: at.seconds,
  } as const;
  send(world, { type: 'payment.release', walletId: WALLET, paymentId: payment.id, proof });
}

/** Number of the block after the last one that the books have read. */
export function nextBlock({ memory }: World): number {
  return (memory.books.get('cursor', `${WALLET}/${NETWORK}`)?.blockNumber ?? 0) + 1;
}

/** The log by which a payback arrives, in this block. */
export function paybackLog(world: World, id: string, blockNumber: number, logIndex = 0) {
  const payback = world.memory.books.get('payback', id);
  if (payback === null) throw new Error(`There is no payback ${id}`);
  const { assetId, from, to, amountUnits: valueUnits, nonce } = payback;
  const place = { txHash: nodeHash.sha256(`tx ${nonce}`), logIndex, blockNumber, blockHash: 'bb' };
  return { assetId, from, to, valueUnits, nonce, ...place, paybackId: payback.id };
}

/** Has every payback that is due arrive. */
export function payAllBack(world: World): void {
  const due = world.memory.all('payback').filter(({ state }) => state === 'due' || state === 'sent');
  const number = nextBlock(world);
  const logs = due.map(({ id }, i) => paybackLog(world, id, number, i));
  send(world, observe(number, block(number, world.nowMs), { in: logs }));
}

/** Tells the card a message, in time. */
export function tell(world: World, message: NetworkMessage, cardId: CardId = CARD): MessageAnswer {
  const command = { type: 'card.message', walletId: WALLET, cardId, message, deadlineMs: null } as const;
  return send(world, command).answer;
}

/** What the wallet can spend. */
export function available({ memory }: World): bigint {
  const account = memory.books.get('account', `${WALLET}/${USDC.id}/wallet`);
  if (account === null) return 0n;
  return account.creditsPostedUnits - account.debitsPostedUnits - account.debitsPendingUnits;
}

/** The wallet's own address. */
export const WALLET_ADDRESS = createWallet().paymentAddress;
