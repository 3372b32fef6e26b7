import * as Agent from './agent.ts';
import * as Approval from './approval.ts';
import * as Audit from './audit.ts';
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
];
