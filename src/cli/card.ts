import { ask, type Output } from './client.ts';
import { arg, flag, type Run } from './command.ts';
import { pageOf, wholeNumber } from './count.ts';
import { columns, showLine } from './text.ts';

type Card = Output<'card.get'>;
type CardEvent = Output<'card.transactions'>['transactions'][number];

/** The cards there are. */
export const list: Run = async (call) => {
  const mandate = flag(call, 'mandate');
  const input = { ...pageOf(call), ...(mandate !== undefined && { mandate }) };
  const output = await ask(call, 'any', 'card.list', input);
  call.output.result(output, () => {
    const rows = output.cards.map((card) => [
      card.id,
      stateOf(card),
      card.locked,
      card.expiresAt,
      card.label,
    ]);
    return rows.length === 0 ? 'No cards' : columns([['Card', 'State', 'USD', 'Until', 'For'], ...rows]);
  });
};

/** One card. */
export const show: Run = async (call) => {
  const output = await ask(call, 'any', 'card.get', { card: arg(call) });
  call.output.result(output, () => describe(output));
};

/** Where its money stands. */
export const balance: Run = async (call) => {
  const output = await ask(call, 'any', 'card.balance', { card: arg(call) });
  const { card, captured, disputed, fee, held, locked, refunded, returned, shortfall, suspense, unused } =
    output;
  call.output.result(output, () =>
    columns([
      ['Card', card],
      ['Locked', `${locked} USD`],
      ['Unused', `${unused} USD`],
      ['Held', `${held} USD`],
      ['Captured', `${captured} USD`],
      ['Returned', `${returned} USD`],
      ['Refunded', `${refunded} USD`],
      ['Disputes won', `${disputed} USD`],
      ['Shortfall', `${shortfall} USD`],
      ['In suspense', `${suspense} USD`],
      ['Fee', `${fee} USD`],
    ]),
  );
};

/** Everything that happened on it. */
export const transactions: Run = async (call) => {
  const after = wholeNumber(call, 'after');
  const limit = wholeNumber(call, 'limit');
  const input = { card: arg(call), ...(after && { after }), ...(limit && { limit }) };
  const output = await ask(call, 'any', 'card.transactions', input);
  call.output.result(output, () => {
    const rows = output.transactions.map((event) => [
      String(event.seq),
      event.at,
      event.amount ?? '',
      answerOf(event),
      [event.detail, ...event.exceptions.map(({ detail }) => `! ${detail}`)].join('. '),
    ]);
    return rows.length === 0 ? 'Nothing yet' : columns([['', 'At', 'USD', 'Answer', 'What'], ...rows]);
  });
};

function answerOf({ answer, decline }: CardEvent): string {
  if (answer === 'noted') return '';
  return decline === undefined ? answer : `${answer} (${decline.reason})`;
}

/** A card as lines of text. */
export function describe(card: Card): string {
  const { expiry, hosts, lastFour, merchantLock } = card;
  return columns([
    ['Card', card.id],
    ['State', stateOf(card)],
    ['For', `“${card.label}”`],
    ...(lastFour === undefined ? [] : [['Number', `ends in ${lastFour}, expires ${expiry ?? 'unknown'}`]]),
    ['Locked', `${card.locked} USD (${card.unused} unused, ${card.held} held, ${card.captured} captured)`],
    ['Fee', `${card.fee} USD`],
    ['Hosts', hosts.join(', ') || 'none'],
    ...(merchantLock === undefined ? [] : [['Merchant', merchantLock]]),
    ['Mandate', card.mandateId],
    ['Agent', card.agentId],
    ['Issuer', card.issuer],
    ...(card.sandbox ? [['Sandbox', 'yes: this is not money']] : []),
    ['Until', card.expiresAt],
  ]);
}

function stateOf({ reason, state }: Card): string {
  return showLine(reason === undefined ? state : `${state} (${reason.replaceAll('_', ' ')})`);
}
