import type { Action } from '../../src/core/approval.ts';
import * as Approval from '../../src/operations/approval.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { agentOf, mandateOf, OPERATOR_TOKEN, signAsOperator, WALLET } from './cast.ts';
import type { Fault } from './faults.ts';
import type { World } from './world.ts';

const OPEN = Approval.open as unknown as Operation;
const SIGN = Approval.sign as unknown as Operation;
const ATTEMPTS = 6;

/** Has an action carried out: opens the approval, signs it, and repeats what got no answer. */
export async function approve(world: World, action: Action, subject: string): Promise<boolean> {
  const sign = await prepare(world, action, subject);
  return sign !== null && (await sign());
}

/** Opens an approval, and gives what signs it. */
async function prepare(
  world: World,
  action: Action,
  subject: string,
): Promise<((call?: World['call']) => Promise<boolean>) | null> {
  const opened = await insist(world, OPEN, { action, subject });
  if (opened?.outcome !== 'ok') return null;
  const { id } = opened.output as { id: string };
  const approval = world.vault.books.get('approval', id);
  if (approval === null) throw new Error(`The approval ${id} was answered and is not in the books`);
  const input = { approval: id, signature: signAsOperator(approval) };
  return async (call) => (await insist(world, SIGN, input, call))?.outcome === 'ok';
}

async function insist(world: World, operation: Operation, input: object, call = world.call) {
  const { dice, timeline } = world;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const made = { token: OPERATOR_TOKEN, operation, input, key: null };
    const answer = await call(made, dice.between(500, 6000));
    if (answer !== null && !(answer.outcome === 'refused' && answer.code === 'internal_error')) return answer;
    await timeline.sleep(dice.below(1500), 'operator waits');
  }
  return null;
}

const STOPS: readonly { readonly fault: Fault; readonly action: Action; readonly lift: Action | null }[] = [
  { fault: 'wallet frozen', action: 'wallet.freeze', lift: 'wallet.unfreeze' },
  { fault: 'agent frozen', action: 'agent.freeze', lift: 'agent.unfreeze' },
  { fault: 'mandate revoked', action: 'mandate.revoke', lift: null },
  { fault: 'agent revoked', action: 'agent.revoke', lift: null },
];

/** Freezes, revokes, lifts and tops up at any time, until the faults are over. */
export async function operate(world: World, of: { agentCount: number; grantCount: number }): Promise<void> {
  const { dice, faults, timeline, chain } = world;
  const subjectOf = (action: Action): string => {
    if (action.startsWith('wallet')) return WALLET;
    if (action.startsWith('agent')) return agentOf(dice.below(of.agentCount)).id;
    return mandateOf(dice.below(of.grantCount));
  };
  while (!faults.isStopped()) {
    await timeline.sleep(dice.between(500, 9000), 'operator looks');
    if (faults.happens('deposit', 0.2))
      chain.deposit(BigInt(dice.between(1, 40)) * 100_000n, dice.below(3000));
    const stop = STOPS.find(({ fault }) => faults.happens(fault, 0.12));
    if (stop === undefined) continue;
    const subject = subjectOf(stop.action);
    await approve(world, stop.action, subject);
    if (stop.lift === null || dice.chance(0.2)) continue;
    await timeline.sleep(dice.between(10, 9000), 'operator waits');
    if (await approve(world, stop.lift, subject)) faults.count('freeze lifted');
  }
}

/** Freezes in the very moment in which a payment was decided and is not signed yet; at times the clock goes back then. */
export async function ambush(world: World): Promise<void> {
  const { faults, dice, timeline, vault } = world;
  while (!faults.isStopped()) {
    await timeline.sleep(dice.between(20, 3000), 'operator looks');
    if (!faults.happens('stopped while a payment is decided', 0.7)) continue;
    const sign = await prepare(world, 'wallet.freeze', WALLET);
    if (sign === null) continue;
    const isReserved = new Promise<void>((resolve) => {
      const go = () => {
        timeline.wake();
        resolve();
      };
      timeline.after(20_000, 'operator gives up', go);
      vault.atReservation(go);
    });
    await isReserved;
    if (faults.happens('clock back', 0.4)) world.moveClock(-dice.pick([100, 3000, 20_000]));
    await sign(world.callNear);
    await approve(world, 'wallet.unfreeze', WALLET);
  }
}
