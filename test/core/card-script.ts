import type { CardControls } from '../../src/core/card/card.ts';
import { unitsOf } from '../../src/core/card/cents.ts';
import type { Merchant, MessageBody, NetworkMessage } from '../../src/core/card/network.ts';
import { findCardBreach } from './card-breach.ts';
import { CARD, cardOf, HOUR_MS, openCard, openWorld, send, tell, type World } from './card-world.ts';
import { approve, MANDATE, WALLET } from './cast.ts';

/** What a script led to, in one line: state, totals in cents that are not zero, what was said no to, exceptions. */
export type Script = { readonly world: World; readonly line: string };

type Given = { readonly lock?: number; readonly controls?: Partial<CardControls> };

/**
 * Plays a script over a card of 25 dollars. Its steps stand between bars, such as `ask a1 2500 mcc=7995 | clear a1
 * 2500 | wait 24`; after each one every promise about the books is looked at.
 */
export function play(script: string, given: Given = {}, world: World = openWorld()): Script {
  openCard(world, given);
  const said: string[] = [];
  const exceptions: string[] = [];
  for (const [i, text] of script.split('|').entries()) {
    const words = text.trim().split(/\s+/);
    const before = world.memory.all('event').length;
    if (!act(world, words)) said.push(...speak(world, words, i));
    for (const event of world.memory.all('event').slice(before)) exceptions.push(...event.exceptions);
    const breach = findCardBreach(world.memory);
    if (breach !== null) throw new Error(`${breach}, after "${text.trim()}"`);
  }
  return {
    world,
    line: [stand(world), said.join(' '), exceptions.join(' ')].filter((part) => part !== '').join(' / '),
  };
}

/** Where the card stands, in cents. */
export function stand(world: World): string {
  const card = cardOf(world);
  const fields = {
    captured: card.capturedUnits,
    released: card.releasedUnits,
    refunded: card.refundedUnits,
    disputed: card.disputeCreditUnits,
    held: card.heldUnits,
    reserved: card.reservedUnits,
    receivable: card.receivableUnits,
    suspense: card.suspenseUnits,
  };
  const totals = Object.entries(fields).filter(([, units]) => units !== 0n);
  const money = totals.map(([name, units]) => `${name}=${units / unitsOf(1n)}`);
  return [card.state, ...(card.closeReason === null ? [] : [card.closeReason]), ...money].join(' ');
}

/** Acts of ours, and time. */
function act(world: World, [verb, value]: readonly string[]): boolean {
  const control = (kind: object) =>
    send(world, {
      type: 'card.control',
      walletId: WALLET,
      cardId: CARD,
      actId: `act ${cardOf(world).events}`,
      actor: { kind: 'operator', id: 'o' },
      act: kind as { kind: 'close' },
    });
  const amountUnits =
    value === undefined ? null : unitsOf(BigInt(value === 'x' ? 0 : (/^\d+$/.exec(value)?.[0] ?? 0)));
  if (verb === 'close' || verb === 'freeze') control({ kind: verb });
  else if (verb === 'withdraw') control({ kind: verb, amountUnits });
  else if (verb === 'unfreeze') approve(world.memory, 'card.unfreeze', CARD, world.nowMs);
  else if (verb === 'revoke') approve(world.memory, 'mandate.revoke', MANDATE, world.nowMs);
  else if (verb === 'wait') {
    world.nowMs += Math.round(Number(value) * HOUR_MS);
    send(world, { type: 'card.tick', walletId: WALLET, cardId: CARD });
  } else return false;
  return true;
}

/** Tells a message; returns what was declined, and what was approved in part. */
function speak(world: World, words: readonly string[], i: number): readonly string[] {
  const body = bodyOf(world, words);
  const options = optionsOf(words);
  const message = { id: options.id ?? `m${i}`, sentAtMs: null, ...body } as NetworkMessage;
  const answer = tell(world, message);
  const name = 'auth' in body ? body.auth : 'ref' in body ? body.ref : '';
  if (answer.kind === 'declined') return [`${name}:${answer.reason}`];
  return answer.kind === 'approved' && answer.isPartial
    ? [`${name}:${answer.approvedUnits / unitsOf(1n)}`]
    : [];
}

function optionsOf(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.filter((word) => word.includes('=')).map((word) => word.split('=')));
}

/** Words of a script as a message: verb, name, cents, and options such as `mcc=7995`. */
function bodyOf(world: World, words: readonly string[]): MessageBody {
  const [verb = '', name = '', cents = '0'] = words.filter((word) => !word.includes('='));
  const options = optionsOf(words);
  const amountUnits = /^\d+$/.test(cents) ? unitsOf(BigInt(cents)) : 0n;
  const merchant: Merchant = {
    name: (options.at ?? (verb === 'clear' || verb === 'part' ? '' : 'SaaS_Store')).replace('_', ' '),
    id: options.mid ?? null,
    mcc: options.mcc === 'none' ? null : (options.mcc ?? '5734'),
    country: options.in ?? null,
  };
  const hours = (text: string | undefined) =>
    text === undefined ? null : world.nowMs + Number(text) * HOUR_MS;
  switch (verb) {
    case 'ask':
    case 'advice':
    case 'notice':
    case 'declined':
      return {
        kind: 'authorization',
        mode: verb,
        auth: name,
        purpose: (options.for ?? 'purchase') as 'purchase',
        amountUnits,
        merchant,
        code: (options.code ?? 'match') as 'match',
        expiry: (options.expiry ?? 'match') as 'match',
        initiator: (options.by ?? 'cardholder') as 'cardholder',
        isPartialCapable: options.partial === 'yes',
        challenge: options.challenge ?? null,
        expiresAtMs: hours(options.until),
        decline: (options.why ?? null) as null,
      };
    case 'more':
      return { kind: 'increment', mode: (options.mode ?? 'ask') as 'ask', auth: name, amountUnits };
    case 'reverse':
      return { kind: 'reversal', auth: name, amountUnits: cents === '0' ? null : amountUnits };
    case 'expire':
      return { kind: 'expiry', auth: name };
    case 'late':
      return { kind: 'timeout', auth: name };
    case 'clear':
    case 'part': {
      const isFinal = verb === 'clear';
      return {
        kind: 'clearing',
        auth: name === '-' ? null : name,
        record: 'c',
        amountUnits,
        isFinal,
        merchant,
      };
    }
    case 'refund':
      return { kind: 'refund', record: 'r', of: name === '-' ? null : name, amountUnits };
    case 'unrefund':
      return { kind: 'refund_reversal', of: name, amountUnits };
    case 'dispute':
      return { kind: 'dispute', step: name as 'won', of: 'c', amountUnits };
    case 'challenge': {
      const expiresAtMs = hours(options.until ?? '0.1') ?? 0;
      return { kind: 'challenge', ref: name, amountUnits, merchant, code: '482913', expiresAtMs };
    }
    case 'passed':
    case 'failed':
      return { kind: 'challenge_result', ref: name, result: verb };
    default:
      throw new Error(`A script cannot say "${verb}"`);
  }
}
