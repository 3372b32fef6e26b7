import * as Agent from './agent.ts';
import * as Approval from './approval.ts';
import * as Audit from './audit.ts';
import * as Card from './card.ts';
import * as CardControl from './card-control.ts';
import * as CardFill from './card-fill.ts';
import * as CardReveal from './card-reveal.ts';
import * as Cardholder from './cardholder.ts';
import * as Mandate from './mandate.ts';
import type { Operation } from './operation.ts';
import * as Payment from './payment.ts';
import * as Wallet from './wallet.ts';

/** Everything the system can do. Routes, tools, commands, client methods and reference are made of this. */
export const operations: readonly Operation[] = [
  Wallet.balance,
  Wallet.status,
  Mandate.request,
  Mandate.get,
  Mandate.list,
  Payment.execute,
  Payment.get,
  Payment.list,
  Agent.register,
  Agent.list,
  Approval.open,
  Approval.get,
  Approval.list,
  Approval.sign,
  Audit.entries,
  Audit.checkpoint,
  Audit.proof,
  Card.create,
  Card.list,
  Card.get,
  Card.balance,
  Card.transactions,
  CardFill.fill,
  CardReveal.challenge,
  CardControl.close,
  CardControl.freeze,
  CardControl.withdraw,
  Card.recharge,
  CardReveal.reveal,
  CardReveal.show,
  Cardholder.get,
];
