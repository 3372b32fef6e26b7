import { authorizePayment, renewPayment } from './authorize.ts';
import type { Draft } from './books.ts';
import { notePayback } from './card/arrival.ts';
import { controlCard } from './card/control.ts';
import { fundCard } from './card/funding.ts';
import { failCard, issueCard, noteMirror } from './card/issuing.ts';
import { takeMessage } from './card/message.ts';
import { grantReveal, useReveal } from './card/reveal-rules.ts';
import { tickCard } from './card/timer.ts';
import type { Command, CommandName, OutcomeOf } from './command.ts';
import type { Decide, Env } from './commit.ts';
import { addCheckpoint, concludeRequest } from './conclusion.ts';
import { openApproval, signApproval } from './consent.ts';
import { createWallet, registerAgent } from './enrolment.ts';
import { observeChain, openChain } from './observe.ts';
import { expireMandate, requestMandate } from './proposal.ts';
import { notePayment, releasePayment } from './settlement.ts';

type Handler<K extends CommandName> = (draft: Draft, command: Command<K>, env: Env) => OutcomeOf<K>;

/** What each command does. */
const HANDLERS: { readonly [K in CommandName]: Handler<K> } = {
  'wallet.create': createWallet,
  'agent.register': registerAgent,
  'mandate.request': requestMandate,
  'mandate.expire': expireMandate,
  'approval.open': openApproval,
  'approval.sign': signApproval,
  'payment.authorize': authorizePayment,
  'payment.renew': renewPayment,
  'payment.note': notePayment,
  'payment.release': releasePayment,
  'request.conclude': concludeRequest,
  'chain.open': openChain,
  'chain.observe': observeChain,
  'card.funded': fundCard,
  'card.issued': issueCard,
  'card.fail': failCard,
  'card.mirrored': noteMirror,
  'card.message': takeMessage,
  'card.control': controlCard,
  'card.tick': tickCard,
  'payback.sent': notePayback,
  'reveal.grant': grantReveal,
  'reveal.use': useReveal,
  'checkpoint.add': addCheckpoint,
};

/** Decides any command. The one entry to the rules of money. */
export const decide: Decide = (draft, command, env) => {
  const handler = HANDLERS[command.type] as Handler<CommandName>;
  return handler(draft, command as never, env);
};
