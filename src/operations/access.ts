import type { Agent } from '../core/agent.ts';
import type { Mandate } from '../core/mandate.ts';
import type { Payment } from '../core/payment.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Caller, Context } from './context.ts';

/** The agent that calls. Only for operations whose audience is agents. */
export function agentOf(caller: Caller): Agent {
  if (caller.kind !== 'agent') throw new Error('This operation is for agents');
  return caller.agent;
}

/** Whether a caller may see what belongs to this agent. */
export function maySee(caller: Caller, agentId: string): boolean {
  return caller.kind === 'operator' || (caller.kind === 'agent' && caller.agent.id === agentId);
}

/** Narrows a listing to what the caller may see. */
export function ownOnly(caller: Caller): { agentId?: Agent['id'] } {
  return caller.kind === 'agent' ? { agentId: caller.agent.id } : {};
}

/** A mandate the caller may see; one that it may not see is not there. */
export async function findMandate(context: Context, caller: Caller, id: string): Promise<Mandate | Refusal> {
  const mandate = await context.store.read.get('mandate', id);
  const isSeen = mandate?.walletId === context.walletId && maySee(caller, mandate.agentId);
  return isSeen ? mandate : refuse('mandate_not_found', `There is no mandate ${id}`);
}

/** A payment the caller may see; one that it may not see is not there. */
export async function findPayment(context: Context, caller: Caller, id: string): Promise<Payment | Refusal> {
  const payment = await context.store.read.get('payment', id);
  const isSeen = payment?.walletId === context.walletId && maySee(caller, payment.agentId);
  return isSeen ? payment : refuse('payment_not_found', `There is no payment ${id}`);
}
