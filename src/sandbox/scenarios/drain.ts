import type { Stage } from './stage.ts';

const ROUNDS_MAX = 12;

/**
 * Does all that is due: messages are taken, money goes to the treasury and comes back, and the chain proves it. Ends
 * when nothing is open, or a whole round changed nothing: somebody is out of order on purpose.
 */
export async function drain({ wallet, ground }: Pick<Stage, 'wallet' | 'ground'>): Promise<void> {
  let before = '';
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const waiting = await wallet.issuer.network.deliver();
    await wallet.server().work();
    const open = await whatIsOpen(wallet);
    if (open === '' || open === before) {
      if (waiting > 0) throw new Error(`The wallet does not take ${waiting} messages of the network`);
      return;
    }
    before = open;
    await ground.finalize();
    await wallet.server().sync();
  }
  throw new Error(`The wallet does not come to rest: ${before}`);
}

/** Everything that waits for somebody, in one line; empty where nothing does. */
async function whatIsOpen({ store, server }: Stage['wallet']): Promise<string> {
  const { walletId } = server().context;
  const { read } = store();
  const page = { limit: 100 };
  const [payments, cards, paybacks] = await Promise.all([
    read.openPayments({ walletId }, page),
    read.cardsWithWork(walletId, page),
    read.openPaybacks(walletId, page),
  ]);
  return [
    ...payments.map(({ id, evidence }) => `${id} ${evidence}`),
    ...cards.map(({ id, work, mirrorVersion }) => `${id} ${work} ${mirrorVersion}`),
    ...paybacks.map(({ id, state }) => `${id} ${state}`),
  ].join(', ');
}
