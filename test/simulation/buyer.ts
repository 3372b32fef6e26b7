import { formatBudget } from '../../src/core/money.ts';
import { REFUSALS } from '../../src/core/refusal.ts';
import type { Answer, Operation } from '../../src/operations/operation.ts';
import * as Payment from '../../src/operations/payment.ts';
import { agentOf } from './cast.ts';
import { type PayeeCall, signedIn } from './payee.ts';
import type { World } from './world.ts';

/** Something an agent wants to pay for, under one key. */
export type Purchase = {
  readonly agent: number;
  readonly key: string;
  readonly mandateId: string;
  readonly mode: 'fetch' | 'sign';
  readonly url: string;
  readonly maxUnits: bigint | null;
};

/** A purchase and the input that goes with its key, always the same. */
export type Request = { readonly purchase: Purchase; readonly input: Payment.ExecuteInput | object };

export type Bought = Answer<Payment.ExecuteOutput> | null;

const EXECUTE = Payment.execute as unknown as Operation;

/** What to send for a purchase; to sign, the agent asks the payee for its challenge first. Null when it gets none. */
export async function prepare(world: World, purchase: Purchase): Promise<Request | null> {
  const { mandateId: mandate, url, mode, maxUnits } = purchase;
  const maxAmount = maxUnits === null ? {} : { maxAmount: formatBudget(maxUnits) };
  const input = { mandate, url, mode, ...maxAmount };
  if (mode === 'fetch') return { purchase, input };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const reply = await send(world, { url, method: 'GET', headers: {} });
    if (reply?.status !== 402) continue;
    const header = reply.headers['payment-required'];
    const challenge = header === undefined ? { body: new TextDecoder().decode(reply.body) } : { header };
    return { purchase, input: { ...input, challenge } };
  }
  return null;
}

/** Asks the wallet once. */
export async function ask(world: World, { purchase, input }: Request, patienceMs: number): Promise<Bought> {
  const { agent, key, mandateId, maxUnits } = purchase;
  const { id, token } = agentOf(agent);
  world.monitor.onAsked(`${id}/${key}`, { mandateId, maxUnits });
  const answer = await world.call({ token, operation: EXECUTE, input, key }, patienceMs);
  return answer as Bought;
}

/** Asks until there is an answer that stays, or too often. */
export async function askUntilDone(world: World, request: Request, attempts: number): Promise<Bought> {
  const { dice, faults, timeline } = world;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(world, request, dice.between(300, 12_000));
    if (isDone(answer) || attempt >= attempts) return answer;
    await timeline.sleep(dice.pick([0, 20, 500, 3000, 9000]), 'agent waits');
    faults.count('same key again');
  }
}

/** Whether asking again with the same key is of no use. */
export function isDone(answer: Bought): boolean {
  if (answer === null) return false;
  if (answer.outcome === 'refused') return !REFUSALS[answer.code].retryable;
  return answer.isPending !== true;
}

/** Uses the header of a *sign* as an agent does: at once, twice, as late as can be, or never. */
export async function present(world: World, { purchase }: Request, answer: Bought): Promise<void> {
  if (answer?.outcome !== 'ok' || answer.output.header === undefined) return;
  const { dice, faults, timeline } = world;
  const { name, value } = answer.output.header;
  const call = { url: purchase.url, method: 'GET', headers: { [name.toLowerCase()]: value } };
  const endMs = Number(signedIn(call.headers)?.authorization.validBefore ?? 0n) * 1000;
  if (faults.happens('header never used', 0.15)) return;
  if (faults.happens('header kept until the last moment', 0.15)) {
    await timeline.sleep(endMs - timeline.nowMs() - dice.between(1000, 8000), 'agent keeps the header');
  }
  const reply = await send(world, call);
  const isAgain = reply === null || faults.happens('header used twice', 0.2);
  if (isAgain) await send(world, call);
}

/** An agent's own request to a payee. */
function send({ network, timeline }: World, call: PayeeCall) {
  return new Promise<{ status: number; headers: Readonly<Record<string, string>>; body: Uint8Array } | null>(
    (resolve) => {
      network.exchange(call, (heard) => {
        timeline.wake();
        resolve(heard.ok ? heard.reply : null);
      });
    },
  );
}
