import { accountId, spendable } from '../ledger.ts';
import type { Offer } from '../payment.ts';
import { deny, type Hit, pass, type RiskInput } from '../risk.ts';
import { isUnused } from './act.ts';
import { CENT_UNITS } from './cents.ts';

/** Decimals of the assets that cards are paid with: one cent is ten thousand units. */
const DECIMALS = 6;

/** What must hold of a payment into a card besides what holds of every payment. */
export const CARD_CHECKS: readonly ((offer: Offer, input: RiskInput) => Hit)[] = [
  wholeCents,
  hosts,
  recharge,
  shortfall,
];

function wholeCents(offer: Offer, { request }: RiskInput): Hit {
  const [lock, fee] = [request.card?.lockUnits ?? 0n, request.card?.feeUnits ?? 0n];
  const inputs = { lock: String(lock), fee: String(fee), price: String(offer.priceUnits) };
  if (offer.asset?.decimals !== DECIMALS) {
    const detail = `Cards are paid with assets of ${DECIMALS} decimals`;
    return deny('card.amount', inputs, { code: 'no_supported_payment_option', detail });
  }
  const isWhole = lock > 0n && fee >= 0n && lock % CENT_UNITS === 0n && fee % CENT_UNITS === 0n;
  if (isWhole && offer.priceUnits === lock + fee) return pass('card.amount', inputs);
  const detail = 'A card locks whole cents, more than nothing, and costs that and its fee';
  return deny('card.amount', inputs, { code: 'amount_invalid', detail });
}

/** The merchants of a card are all among the hosts that were signed. */
function hosts(_: Offer, { request, terms, books }: RiskInput): Hit {
  const listed = terms.scope.payees.hosts;
  const { card } = request;
  const own =
    card?.kind === 'create' ? card.controls.hosts : books.get('card', card?.cardId ?? '')?.controls.hosts;
  const wanted = own === undefined || own.length === 0 ? listed : own;
  const inputs = { hosts: wanted.join(' '), listed: listed.join(' ') };
  const missing = wanted.find((host) => !listed.includes(host));
  if (missing === undefined && wanted.length > 0) return pass('integrity.payee', inputs);
  const detail =
    missing === undefined ? 'The mandate lists no host' : `The host "${missing}" is not in the signed scope`;
  const numbers = { listedHosts: listed.join(' '), ...(missing !== undefined && { proposeHost: missing }) };
  return deny('integrity.payee', inputs, { code: 'payee_not_in_scope', detail, numbers });
}

function recharge(_: Offer, { request, agent, mandate, books, nowMs }: RiskInput): Hit {
  const cardId = request.card?.cardId ?? '';
  if (request.card?.kind !== 'recharge') return pass('card.recharge');
  const card = books.get('card', cardId);
  const inputs = { card: cardId, state: card?.state ?? '' };
  if (card?.agentId !== agent.id) {
    const detail = `The agent ${agent.id} has no card ${cardId}`;
    return deny('card.recharge', inputs, { code: 'card_not_found', detail });
  }
  const isOpen = isUnused(card) && card.state !== 'frozen' && nowMs < card.expiresAtMs;
  if (isOpen && card.mandateId === mandate.id) return pass('card.recharge', inputs);
  const detail = isOpen ? `The card ${cardId} is of another mandate` : `The card ${cardId} is ${card.state}`;
  return deny('card.recharge', inputs, { code: 'card_not_rechargeable', detail });
}

/** What the issuer carries for this wallet stops further cards until the operator has looked. */
function shortfall({ asset }: Offer, { request, wallet, books, policy }: RiskInput): Hit {
  const account = asset === null ? null : books.get('account', accountId(wallet.id, asset.id, 'receivable'));
  const open = account === null ? 0n : -spendable(account);
  const inputs = { open: String(open), blocks: String(policy.card.shortfallBlocks) };
  const isStopped = open > 0n && policy.card.shortfallBlocks && request.card?.kind === 'create';
  if (!isStopped) return pass('card.shortfall', inputs);
  const detail = `Merchants took ${open} units more than the cards of this wallet held`;
  return deny('card.shortfall', inputs, { code: 'card_shortfall_open', detail });
}
