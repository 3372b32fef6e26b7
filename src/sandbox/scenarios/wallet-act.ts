import { randomUUID } from 'node:crypto';
import { PendingError, RefusalError } from '../../../sdk/src/index.ts';
import type { CardId } from '../../core/id.ts';
import { HOSTS } from '../hosts.ts';
import { dollarsOfCents } from './amount.ts';
import { drain } from './drain.ts';
import { agentWishes } from './policy.ts';
import type { Act, ActNamed } from './scenario.ts';
import { type ActResult, broken, cannotSay, cardOf, DONE, type Stage } from './stage.ts';

/** The steps of a scenario that agent and operator take. */
export type WalletAct = ActNamed<
  'wallet.fund' | 'mandate.create' | 'mandate.revoke' | Extract<Act['event'], `card.${string}`>
>;

/** The mandate that cards are made under where a scenario names none: nothing is beyond it. */
const DEFAULT_MANDATE = 'default';
const DEFAULT_CENTS = 100_000_000;
/** How often a call that is not finished is made again. */
const ATTEMPTS = 3;

/** Whether agent or operator take this step. */
export function isWalletAct(act: Act): act is WalletAct {
  return /^(card|mandate)\./.test(act.event) || act.event === 'wallet.fund';
}

/** Does what must stand before a step can be taken: the issuer's mood and fee, the operator's policy, the mandate. */
export async function prepare(stage: Stage, act: Act): Promise<void> {
  const { wallet } = stage;
  if (act.event !== 'card.create' && act.event !== 'card.recharge') return;
  if (act.fee_cents > 0 && wallet.issuerId !== 'sandbox') throw cannotSay('it takes no fee for a card');
  wallet.issuer.network.setFeeCents(BigInt(act.fee_cents));
  if (act.event === 'card.create') {
    wallet.issuer.network.faults.issue = act.issuer_result;
    await wallet.usePolicy(act.policy);
    const name = act.mandate ?? DEFAULT_MANDATE;
    if (name === DEFAULT_MANDATE && !stage.mandates.has(name)) await openMandate(stage, name, DEFAULT_CENTS);
  }
  await stage.ground.finalize();
  await wallet.server().sync();
}

/** Takes a step through the wallet's own operations. A refusal is a result. */
export async function playOnWallet(stage: Stage, act: WalletAct): Promise<ActResult> {
  try {
    return await take(stage, act);
  } catch (error) {
    if (error instanceof RefusalError) return { kind: 'refused', code: error.code };
    throw error;
  }
}

async function take(stage: Stage, act: WalletAct): Promise<ActResult> {
  const { wallet, mandates } = stage;
  if (act.event === 'wallet.fund') return DONE;
  if (act.event === 'mandate.create') return openMandate(stage, act.ref, act.amount_cents);
  if (act.event === 'mandate.revoke') {
    await wallet.operator().decide('mandate.revoke', mandates.get(act.mandate ?? DEFAULT_MANDATE) ?? '');
    return DONE;
  }
  if (act.event === 'card.create') return createCard(stage, act);
  const card = cardOf(stage, act);
  return card === null ? broken('there is no such card') : takeOnCard(stage, act, card);
}

async function openMandate(stage: Stage, name: string, cents: number): Promise<ActResult> {
  const { mandate } = await stage.wallet.agent().payment.request({
    amount: dollarsOfCents(cents),
    intent: 'Buy what the scenario needs',
    duration: '365d',
    hosts: [HOSTS.shop],
    rails: ['card'],
  });
  await stage.wallet.operator().decide('mandate.approve', mandate.id);
  stage.mandates.set(name, mandate.id);
  return DONE;
}

async function createCard(stage: Stage, act: ActNamed<'card.create'>): Promise<ActResult> {
  const { wallet, mandates, cards } = stage;
  const input = {
    mandate: mandates.get(act.mandate ?? DEFAULT_MANDATE) ?? '',
    amount: dollarsOfCents(act.amount_cents),
    ...agentWishes(act.policy),
  };
  const idempotencyKey = act.idempotency_key ?? randomUUID();
  try {
    const { card } = await finished(stage, () => wallet.agent().card.create(input, { idempotencyKey }));
    cards.set(act.ref, card.id as CardId);
    return DONE;
  } catch (error) {
    const made = error instanceof RefusalError ? error.numbers.cardId : undefined;
    if (made === undefined) throw error;
    cards.set(act.ref, made as CardId);
    const isListed = stage.scenario.expect.api_errors?.some(({ name }) => name === act.name) ?? false;
    if (isListed || act.issuer_result !== 'error') throw error;
    return DONE;
  } finally {
    wallet.issuer.network.faults.issue = 'ok';
  }
}

async function takeOnCard(
  stage: Stage,
  act: Exclude<WalletAct, ActNamed<'wallet.fund' | 'mandate.create' | 'mandate.revoke' | 'card.create'>>,
  card: CardId,
): Promise<ActResult> {
  const { wallet } = stage;
  switch (act.event) {
    case 'card.activated':
      await wallet.issuer.network.activate({ reference: card });
      return DONE;
    case 'card.reveal':
      return reveal(stage, card);
    case 'card.freeze':
      await wallet.operatorClient().card.freeze({ card });
      return DONE;
    case 'card.unfreeze':
      await wallet.operator().decide('card.unfreeze', card);
      return DONE;
    case 'card.close':
      await wallet.operatorClient().card.close({ card });
      return DONE;
    case 'card.withdraw': {
      const amount = act.amount_cents === undefined ? {} : { amount: dollarsOfCents(act.amount_cents) };
      await wallet.agent().card.withdraw({ card, ...amount });
      return DONE;
    }
    case 'card.recharge': {
      const idempotencyKey = act.idempotency_key ?? randomUUID();
      const input = { card, amount: dollarsOfCents(act.amount_cents) };
      await finished(stage, () => wallet.agent().card.recharge(input, { idempotencyKey }));
      return DONE;
    }
  }
}

/** Makes a call again, as an agent does, while it is not finished; what is never finished is as it last stood. */
async function finished<O>(stage: Stage, call: () => Promise<O>): Promise<O> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const isOpen = error instanceof PendingError || (error instanceof RefusalError && error.retryable);
      if (!isOpen) throw error;
      if (attempt >= ATTEMPTS && error instanceof PendingError) return error.output as O;
      if (attempt >= ATTEMPTS) throw error;
      await drain(stage);
    }
  }
}

/** Shows the card to the operator, as the sandbox's numbers are. What is shown is looked at and not kept. */
async function reveal(stage: Stage, card: CardId): Promise<ActResult> {
  const operator = stage.wallet.operatorClient();
  const { token } = await operator.card.reveal({ card });
  const { number, code, expiry } = await operator.card.show({ card, token });
  const isRight = /^\d{16}$/.test(number) && /^\d{3}$/.test(code) && /^\d{2}\/\d{2}$/.test(expiry);
  return isRight ? DONE : broken('what was shown is no card');
}
