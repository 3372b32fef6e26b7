import type { Decide } from '../../src/core/commit.ts';
import { decide } from '../../src/core/decide.ts';
import { plantedWrites } from './card-records.ts';

/** Names of agents whose registration goes wrong: in the decision, in a constraint, with the whole thread. */
export const POISON = { throws: 'throws', breaks: 'breaks a constraint', kills: 'kills the writer' } as const;

/** The name of an agent that comes with cards: what they are follows from the number in its wallet's id. */
export const BRINGS_CARDS = 'brings cards';

/** Decides as ever, but for agents with the names above. */
export const poisonedDecide: Decide = (draft, command, env) => {
  const outcome = decide(draft, command, env);
  if (command.type !== 'agent.register') return outcome;
  if (command.name === POISON.throws)
    throw Object.assign(new RangeError('The rules broke'), { code: 'RULES_BROKE' });
  if (command.name === POISON.kills) process.exit(1);
  if (command.name === BRINGS_CARDS) {
    const n = Number(command.walletId.slice('wal_'.length));
    for (const write of plantedWrites(n)) draft.put(write.table, write.record);
  }
  if (command.name === POISON.breaks) {
    const { walletId } = command;
    const head = {
      window: 'total',
      capUnits: 1n,
      capCount: 1,
      reservedUnits: 1n,
      settledUnits: 1n,
      count: 1,
    };
    draft.put('counter', {
      id: `mand_${command.agentId}/total`,
      walletId,
      mandateId: `mand_${command.agentId}`,
      ...head,
    });
  }
  return outcome;
};
