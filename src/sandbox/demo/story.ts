import { PendingError, type Wallet } from '../../../sdk/src/index.ts';
import { BUDGET_DECIMALS, parse } from '../../core/money.ts';
import { HOSTS, sandboxOrigin } from '../hosts.ts';
import { OPENING_UNITS, type World } from '../world.ts';
import { balancesOf, settleAll, verifyTrail } from './reckoning.ts';
import { attempt, reasonOf, type Stage } from './stage.ts';

/** Who plays, and where. */
export type Cast = {
  readonly stage: Stage;
  readonly world: World;
  readonly agent: Wallet;
  readonly operator: Wallet;
};

const [NAMES, TWIN, GIFTS, LOOKALIKE] = [HOSTS.names, HOSTS.twin, HOSTS.gifts, HOSTS.lookalikes[0]].map(
  sandboxOrigin,
);

/** The story: one approval, three payments by themselves, five that are stopped or not made twice, and the reckoning. */
export async function playStory(cast: Cast): Promise<void> {
  const mandate = await askAndApprove(cast);
  await payThree(cast, mandate);
  await beRefused(cast, mandate, {
    title: '(a) It tries something unrelated: a gift card',
    url: `${GIFTS}/buy?amount=10`,
    code: 'payee_not_in_scope',
  });
  await beRefused(cast, mandate, {
    title: '(b) It tries more than what is left: a domain for 34.00',
    url: `${NAMES}/register?name=tidepool.io`,
    code: 'mandate_budget_exceeded',
  });
  await loseReply(cast, mandate);
  await beRefused(cast, mandate, {
    title: '(d) It is lured to a look-alike host',
    url: `${LOOKALIKE}/register?name=tidepool.com`,
    code: 'payee_not_in_scope',
  });
  await revoke(cast, mandate);
  await reckon(cast, mandate);
}

async function askAndApprove({ stage, agent, world }: Cast): Promise<string> {
  stage.act('The agent asks for a budget with a purpose');
  const { mandate, asks, approve } = await agent.payment.request({
    amount: '50.00',
    intent: 'Research and buy 3 domain names for my new project. Budget: $50.',
    duration: '30d',
    hosts: [HOSTS.names, HOSTS.twin],
  });
  stage.say(`${asks}\nThe human approves with: ${approve.command}`);
  const early = await attempt(agent, {
    url: `${NAMES}/register?name=early.dev`,
    mandate: mandate.id,
    key: 'early',
  });
  const isEarly = early.kind === 'refused' && early.refusal.code === 'mandate_not_signed';
  stage.check('before the approval nothing can be paid (mandate_not_signed)', isEarly);

  stage.act('The operator approves once, by signature over these exact terms');
  const { words } = await world.operator.decide('mandate.approve', mandate.id);
  stage.say(words);
  const signed = await agent.mandate.get({ mandate: mandate.id });
  stage.check(`the mandate is signed by ${world.operator.address}`, signed.state === 'signed');
  return mandate.id;
}

async function payThree({ stage, agent }: Cast, mandate: string): Promise<void> {
  stage.act('The agent buys three domain names by itself');
  let paid = 0n;
  for (const name of ['tidepool.com', 'tidepool.dev', 'tidepool.app']) {
    const result = await attempt(agent, {
      url: `${NAMES}/register?name=${name}`,
      mandate,
      key: `buy-${name}`,
    });
    if (result.kind === 'refused') stage.say(reasonOf(result.refusal));
    const body = result.kind === 'paid' ? (result.output.response?.body ?? '') : '';
    const amount = result.kind === 'paid' ? result.output.payment?.amount : undefined;
    paid += amount === undefined ? 0n : unitsOf(amount);
    stage.check(`${name} registered for ${amount} USD, nobody was asked`, body.includes('"registered"'));
  }
  const { remaining, spent, reserved } = await agent.mandate.get({ mandate });
  const adds = unitsOf(spent) + unitsOf(reserved) + unitsOf(remaining) === unitsOf('50.00');
  stage.check(`${remaining} of 50.00 USD are left`, adds && paid === unitsOf(spent) + unitsOf(reserved));
}

async function beRefused(
  { stage, agent }: Cast,
  mandate: string,
  act: { readonly title: string; readonly url: string; readonly code: string },
): Promise<void> {
  stage.act(act.title);
  const result = await attempt(agent, { url: act.url, mandate, key: `try-${act.url}` });
  if (result.kind === 'refused') stage.say(reasonOf(result.refusal));
  const isStopped = result.kind === 'refused' && result.refusal.code === act.code;
  stage.check(`blocked by the wallet (${act.code})`, isStopped);
}

async function loseReply({ stage, agent, world }: Cast, mandate: string): Promise<void> {
  stage.act('(c) A reply is lost after the payment was taken, and the agent tries again');
  const what = { url: `${TWIN}/register?name=reef.dev`, mandate };
  world.market.services.misbehave({ repliesToLose: 1 });
  const first = await agent.payment
    .execute(what, { idempotencyKey: 'buy-reef' })
    .catch((error: unknown) => error);
  const isPending = first instanceof PendingError;
  stage.check(
    'the first call ends without an answer: the payment is unknown, its budget stays reserved',
    isPending,
  );
  const second = await attempt(agent, { ...what, key: 'buy-reef' });
  const body = second.kind === 'paid' ? (second.output.response?.body ?? '') : '';
  stage.check(
    'the same key sends the identical bytes again and gets the domain',
    body.includes('"registered"'),
  );
  const third = await attempt(agent, { ...what, key: 'buy-reef' });
  const isSame = JSON.stringify(third) === JSON.stringify(second);
  stage.check('a third call with that key gets the same answer, byte for byte', isSame);
  const { payments } = await agent.payment.list({ mandate });
  const charged = payments.filter(({ url, state }) => url === what.url && state !== 'denied');
  stage.check('there is one payment for it', charged.length === 1);
}

async function revoke({ stage, agent, world }: Cast, mandate: string): Promise<void> {
  stage.act('(e) The operator revokes the mandate, and the agent tries once more');
  await world.operator.decide('mandate.revoke', mandate);
  const late = await attempt(agent, { url: `${NAMES}/register?name=late.com`, mandate, key: 'late' });
  if (late.kind === 'refused') stage.say(reasonOf(late.refusal));
  const isStopped = late.kind === 'refused' && late.refusal.code === 'mandate_revoked';
  stage.check('blocked by the wallet (mandate_revoked)', isStopped);
}

async function reckon({ stage, agent, operator, world }: Cast, mandate: string): Promise<void> {
  stage.act('The reckoning, once the chain is final');
  await settleAll(world);
  const { names, gifts, attacker } = world.market.payees;
  const onChain = await balancesOf(world, { wallet: world.paymentAddress, names, gifts, attacker });
  const { assets } = await operator.wallet.balance({});
  const books = assets[0]?.available.split(' ')[0];
  const { spent, reserved } = await agent.mandate.get({ mandate });
  const parts = `${onChain.wallet} in the wallet, ${onChain.names} with the registrar`;
  const isConserved = unitsOf(onChain.wallet) + unitsOf(onChain.names) === OPENING_UNITS;
  stage.check(`chain: ${parts}, which is all there was`, isConserved && onChain.names === spent);
  const stray = `${onChain.gifts} and ${onChain.attacker}`;
  stage.check(`chain: the gift shop and the look-alike got ${stray}`, stray === '0.00 and 0.00');
  stage.check(`ledger: ${books} available, as on the chain`, books === onChain.wallet);
  stage.check(`mandate: ${spent} spent, ${reserved} reserved`, reserved === '0.00');
  const { payments } = await operator.payment.list({ mandate });
  const settled = payments.filter(({ state }) => state === 'settled').length;
  stage.check(`${settled} payments settled, each proved by its log in a final block`, settled === 4);
  const trail = await verifyTrail(operator, world.operator.address);
  const entries = trail.chains.reduce((sum, chain) => sum + chain.entries, 0);
  const claim = `audit: ${entries} entries are an unbroken chain, ${trail.approvals} approvals re-verify offline`;
  stage.check(claim, trail.fault === null && trail.approvals === 2 && entries > 0);
}

function unitsOf(amount: string): bigint {
  const reading = parse(amount, BUDGET_DECIMALS);
  return reading.outcome === 'ok' ? reading.units : 0n;
}
