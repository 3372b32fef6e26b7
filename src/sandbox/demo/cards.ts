import type { CardCreateOutput } from '../../../sdk/src/index.ts';
import { RefusalError } from '../../../sdk/src/index.ts';
import { HOSTS } from '../hosts.ts';
import type { TypedCard, Verdict } from '../issuer/acquirer.ts';
import { SHOP_MERCHANT } from '../shop/shop.ts';
import { balancesOf, verifyTrail } from './reckoning.ts';
import type { Cast } from './story.ts';

type Card = CardCreateOutput['card'];

const PRICE_CENTS = 1999n;

/** The second story: a subscription from a shop that takes cards only, a number that leaks, cards that are not used. */
export async function playCards(cast: Cast): Promise<void> {
  const mandate = await openBudget(cast);
  const before = await availableOf(cast);
  const [subscription, spare, other] = await makeCards(cast, mandate);
  const typed = await buy(cast, subscription);
  await comeBack(cast, subscription, typed);
  await closeOne(cast, spare, other);
  await reckon(cast, { mandate, before });
}

async function openBudget({ stage, agent, world }: Cast): Promise<string> {
  stage.act('The agent wants a subscription from a shop that takes cards only');
  const { mandate, asks } = await agent.payment.request({
    amount: '60.00',
    intent: 'Subscribe to one design tool and pay its first month. Budget: $60.',
    duration: '30d',
    hosts: [HOSTS.shop],
    rails: ['card'],
  });
  stage.say(asks);
  await world.operator.decide('mandate.approve', mandate.id);
  return mandate.id;
}

async function makeCards({ stage, agent }: Cast, mandate: string): Promise<readonly [Card, Card, Card]> {
  const make = async (amount: string, label: string) => {
    const idempotencyKey = `card-${label}`;
    return (await agent.card.create({ mandate, amount, label }, { idempotencyKey })).card;
  };
  const subscription = await make('25.00', 'subscription');
  const cards = [subscription, await make('10.00', 'spare'), await make('5.00', 'other')] as const;
  const isReady = cards.every(({ state, locked, unused }) => state === 'active' && locked === unused);
  stage.check('three cards are made in one breath, locked to 25.00, 10.00 and 5.00 USD', isReady);
  const { remaining } = await agent.mandate.get({ mandate });
  stage.check(`they took 40.00 of the mandate's 60.00: ${remaining} are left`, remaining === '20.00');
  const code = await codeOf(() => agent.card.reveal({ card: subscription.id }));
  stage.check('the agent sees four digits of the number, and is not shown the rest', isMasked(cards, code));
  return cards;
}

const isMasked = (cards: readonly Card[], code: string | null) =>
  code === 'reveal_not_allowed' && !/\d{12}/.test(JSON.stringify(cards.map(({ lastFour }) => lastFour)));

/** The checkout types the card and charges it; whoever saw the number tries it too. */
async function buy(cast: Cast, card: Card): Promise<TypedCard> {
  const { stage, agent } = cast;
  stage.act('The checkout charges 19.99; somebody who saw the number tries it too');
  const typed = await showToOperator(cast, card);
  const paid = await charge(cast, typed, { ref: 'month-1', cents: PRICE_CENTS });
  const { state, held } = await agent.card.get({ card: card.id });
  const isHeld = paid.outcome === 'approved' && state === 'consumed' && held === '19.99';
  stage.check(`the charge is approved: ${held} held, the card has had its one use`, isHeld);
  const stolen = await charge(cast, typed, { ref: 'thief-1', cents: 500n, shop: 'SOMEBODY ELSE' });
  stage.check(
    '5.00 at another shop, before anything settled: declined (card_used)',
    isNo(stolen, 'card_used'),
  );
  return typed;
}

async function comeBack(cast: Cast, card: Card, typed: TypedCard): Promise<void> {
  const { stage, agent, operator, world } = cast;
  stage.act('The shop takes its money, and what was not used comes back');
  const { network } = world.bank.issuer;
  await network.clear({ card: { reference: card.id }, auth: 'month-1', amountCents: PRICE_CENTS });
  await settleCards(cast);
  const { state, captured, returned } = await agent.card.balance({ card: card.id });
  const isBack = state === 'closed' && captured === '19.99' && returned === '5.01';
  stage.check(`${captured} taken, ${returned} back in the wallet by itself, the card is ${state}`, isBack);
  const late = await charge(cast, typed, { ref: 'thief-2', cents: 100n, shop: 'SOMEBODY ELSE' });
  stage.check('the leaked number is declined from now on (card_closed)', isNo(late, 'card_closed'));
  const code = await codeOf(() => operator.card.reveal({ card: card.id }));
  const isGone = code === 'credentials_destroyed';
  stage.check('nobody can be shown it any more (credentials_destroyed)', isGone);
}

async function closeOne(cast: Cast, spare: Card, other: Card): Promise<void> {
  const { stage, agent } = cast;
  stage.act('The agent closes a card that it does not need');
  await agent.card.close({ card: spare.id });
  await settleCards(cast);
  const { state, returned } = await agent.card.balance({ card: spare.id });
  const isBack = state === 'closed' && returned === '10.00';
  stage.check(`the spare card is ${state}, its ${returned} are back`, isBack);
  const rest = await agent.card.get({ card: other.id });
  const isUntouched = rest.state === 'active' && rest.unused === '5.00';
  stage.check(`the other card is ${rest.state} with its ${rest.unused}`, isUntouched);
}

async function reckon(cast: Cast, of: { readonly mandate: string; readonly before: bigint }): Promise<void> {
  const { stage, agent, operator, world } = cast;
  stage.act('The reckoning of the cards');
  const cents = of.before - (await availableOf(cast));
  const isExact = cents === PRICE_CENTS + 500n;
  stage.check('wallet: 24.99 less than before, 19.99 spent and 5.00 on a card', isExact);
  const onChain = await balancesOf(world, {
    wallet: world.paymentAddress,
    treasury: world.bank.treasury.address,
  });
  const books = (await operator.wallet.balance({})).assets[0]?.available.split(' ')[0];
  const isSame = onChain.wallet === books && onChain.treasury === '24.99';
  stage.check(`chain: ${onChain.wallet} in the wallet, ${onChain.treasury} with the treasury`, isSame);
  const { remaining } = await agent.mandate.get({ mandate: of.mandate });
  stage.check(`mandate: what came back can be spent again, ${remaining} are left`, remaining === '35.01');
  const trail = await verifyTrail(operator, world.operator.address);
  stage.check('audit: every step of every card is in the unbroken chain', trail.fault === null);
}

/** The number as the checkout page gets it: in the sandbox the operator stands in for the browser. */
async function showToOperator({ operator }: Cast, { id: card }: Card): Promise<TypedCard> {
  const { token } = await operator.card.reveal({ card });
  return operator.card.show({ card, token });
}

function charge(
  { world }: Cast,
  card: TypedCard,
  of: { readonly ref: string; readonly cents: bigint; readonly shop?: string },
): Promise<Verdict> {
  const merchant = of.shop === undefined ? SHOP_MERCHANT : { ...SHOP_MERCHANT, id: null, name: of.shop };
  return world.bank.issuer.network.authorize({ card, ref: of.ref, amountCents: of.cents, merchant });
}

function isNo(verdict: Verdict, reason: string): boolean {
  return verdict.outcome === 'declined' && verdict.reason === reason;
}

/** The code of the wallet's no; null where it did not say no. */
async function codeOf(call: () => Promise<unknown>): Promise<string | null> {
  return call().then(
    () => null,
    (error: unknown) => {
      if (error instanceof RefusalError) return error.code;
      throw error;
    },
  );
}

async function availableOf({ operator }: Cast): Promise<bigint> {
  const { assets } = await operator.wallet.balance({});
  return BigInt(assets[0]?.availableUnits ?? 0) / 10_000n;
}

/** Has the chain go on until all money of cards is where it belongs. */
async function settleCards({ world }: Cast): Promise<void> {
  const { store, walletId } = world.server.context;
  for (let blocks = 0; blocks < 60; blocks += 1) {
    await world.server.work();
    await world.chain.mine();
    await world.server.sync();
    const [payments, cards, paybacks] = await Promise.all([
      store.read.openPayments({ walletId }, { limit: 1 }),
      store.read.cardsWithWork(walletId, { limit: 1 }),
      store.read.openPaybacks(walletId, { limit: 1 }),
    ]);
    if (payments.length + cards.length + paybacks.length === 0) return;
  }
}
