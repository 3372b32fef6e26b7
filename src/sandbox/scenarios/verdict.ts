import type { CardEvent } from '../../core/card/network.ts';
import type { CardId } from '../../core/id.ts';
import type { Receipt, Verdict } from '../issuer/acquirer.ts';
import { isNetworkAct, type NetworkAct, playOnNetwork } from './network-act.ts';
import { readEvents } from './reading.ts';
import type { Act } from './scenario.ts';
import { type ActResult, broken, cardNameOf, DONE, type Stage } from './stage.ts';

/** What the network said to a step, before the wallet's own log was read. */
export type Heard = { readonly act: NetworkAct; readonly card: CardId; readonly said: Verdict | Receipt };

/** Has the network take a step of the scenario. */
export async function hear(stage: Stage, act: NetworkAct): Promise<Heard | ActResult> {
  const name = cardNameOf(stage, act);
  const card = stage.cards.get(name);
  if (card === undefined) return broken('there is no such card');
  if ('ref' in act && act.ref !== undefined) stage.owners.set(act.ref, name);
  const said = await playOnNetwork(act, {
    network: stage.wallet.issuer.network,
    card: { reference: card },
    nameFor: (one) => stage.aliases.get(one) ?? one,
    amountOf: (one) => stage.told.get(one)?.cents ?? 0,
  });
  if ('ref' in act && act.ref !== undefined) {
    const receipt = 'outcome' in said ? null : said;
    stage.told.set(act.ref, { receipt, cents: act.amount_cents });
  }
  return { act, card, said };
}

/** How many entries the logs of these cards have. */
export async function lengthsOf(stage: Stage, acts: readonly Act[]): Promise<ReadonlyMap<CardId, number>> {
  const cards = acts.filter(isNetworkAct).flatMap((act) => stage.cards.get(cardNameOf(stage, act)) ?? []);
  const lengths = await Promise.all(
    [...new Set(cards)].map(async (card) => {
      const record = await stage.wallet.store().read.get('card', card);
      return [card, record?.events ?? 0] as const;
    }),
  );
  return new Map(lengths);
}

/** What the logs of cards had before a step, and which later entries were found to be about which part of it. */
export type Reviewed = { readonly lengths: ReadonlyMap<CardId, number>; readonly taken: Set<string> };

/**
 * What came of a step on the network. The reason of a no is the wallet's own, from the card's log: vendors have fewer
 * words. What the shop heard must not be better than what the wallet decided.
 */
export async function judge(stage: Stage, heard: Heard, reviewed: Reviewed): Promise<ActResult> {
  const { act, card, said } = heard;
  if (act.event === 'auth.timeout') return declined('issuer_timeout');
  const isAsked = 'outcome' in said;
  if (!isAsked && act.event !== 'threeds.challenge') return DONE;
  const events = await readEvents(stage, card, reviewed.lengths.get(card));
  const about = events.filter((event) => isAbout(stage, event, heard));
  if (!isAsked) {
    const reason = about.map(reasonOf).find((one) => one !== null);
    return reason === undefined ? readCode(stage, heard) : declined(reason);
  }
  const repeat = repeatOf(stage, heard);
  if (repeat === 'another') return broken('the same message got another answer');
  if (said.outcome === 'approved') {
    const isDeclined = stage.wallet.issuerId === 'sandbox' && about.some((event) => reasonOf(event) !== null);
    return isDeclined ? broken('the network approved what the wallet declined') : DONE;
  }
  const event = about.find((one) => reasonOf(one) !== null && !reviewed.taken.has(one.id));
  const reason = event === undefined ? null : reasonOf(event);
  if (event !== undefined) reviewed.taken.add(event.id);
  const isOwnWord = stage.wallet.issuerId !== 'sandbox' || reason === null || reason === said.reason;
  if (!isOwnWord) return broken(`the shop heard ${said.reason}, and the wallet said ${reason}`);
  return { kind: 'declined', reason: reason ?? said.reason, isRepeat: repeat === 'same' };
}

function declined(reason: string): ActResult {
  return { kind: 'declined', reason, isRepeat: false };
}

/** Whether an entry of the log is about what was asked. Vendors have names of their own for authorizations. */
function isAbout({ wallet }: Stage, { message }: CardEvent, { act, said }: Heard): boolean {
  if (!('outcome' in said)) return message.kind === 'challenge';
  if (message.kind !== (act.event === 'auth.increment' ? 'increment' : 'authorization')) return false;
  return wallet.issuerId !== 'sandbox' || message.auth === said.auth;
}

/** Why the wallet, or the network without asking it, said no. */
function reasonOf({ answer, message }: CardEvent): string | null {
  if (answer.kind === 'declined') return answer.reason;
  return message.kind === 'authorization' && message.mode === 'declined' ? message.decline : null;
}

/** Whether a message was sent before, and whether it got the answer that it got then. */
function repeatOf(stage: Stage, { act, card, said }: Heard): 'no' | 'same' | 'another' {
  if (!('network_ref' in act) || act.network_ref === undefined) return 'no';
  const name = `${card}/${act.event}/${act.network_ref}`;
  const answer = JSON.stringify(said, (_, value) => (typeof value === 'bigint' ? value.toString() : value));
  const known = stage.answers.get(name);
  stage.answers.set(name, known ?? answer);
  if (known === undefined) return 'no';
  return known === answer ? 'same' : 'another';
}

/** Whether the agent can read the code that was sent for a challenge. Vendors do not hand theirs out. */
async function readCode(stage: Stage, { act, card }: Heard): Promise<ActResult> {
  const isShown = act.event === 'threeds.challenge' && act.otp !== undefined && act.expires_h > 0;
  if (!isShown || stage.wallet.issuerId !== 'sandbox') return DONE;
  const shown = await stage.wallet.agent().card.challenge({ card });
  return shown.code === act.otp ? DONE : broken('the agent was shown another code');
}
