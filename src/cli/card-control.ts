import { ask } from './client.ts';
import { arg, type Run } from './command.ts';

/** Closes a card. */
export const close: Run = async (call) => {
  const output = await ask(call, 'any', 'card.close', { card: arg(call) });
  call.output.result(output, () => `Closed: what is unused goes back to the wallet (${output.card.id})`);
};

/** Freezes a card. */
export const freeze: Run = async (call) => {
  const output = await ask(call, 'any', 'card.freeze', { card: arg(call) });
  call.output.result(output, () => `Frozen: the card cannot be charged (${output.card.id})`);
};
