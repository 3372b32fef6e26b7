import type { Command } from '../../src/core/command.ts';
import type { Store } from '../../src/core/ports.ts';
import type { Plant } from './server.ts';

/** Answers a freeze without waiting until nothing that was decided before can be signed any more. */
export function acknowledgeEarly(): Plant {
  return { policy: (real) => ({ ...real, signWindowMs: 0 }) };
}

/** Signs a replay, whatever was frozen since. */
export function signReplays(): Plant {
  return { store: (real: Store) => ({ ...real, commit: (command) => renewAnyway(real, command as never) }) };
}

/** Lets every payment be signed for ever, whatever was frozen. */
const renewAnyway = async (real: Store, command: Command) => {
  const outcome = await real.commit(command as Command<'payment.renew'>);
  if (command.type !== 'payment.renew' || outcome.outcome === 'ok') return outcome as never;
  const payment = await real.read.get('payment', command.paymentId);
  return (
    payment?.state === 'reserved'
      ? { outcome: 'ok', payment: { ...payment, signByMs: Number.MAX_SAFE_INTEGER } }
      : outcome
  ) as never;
};

/** Signs a replay within the time that its first decision had, by whatever clock. */
export function signOldReplays(): Plant {
  return {
    store: (real, { clock }) => ({
      ...real,
      commit: (async (command: Command) => {
        if (command.type === 'payment.renew') {
          const payment = await real.read.get('payment', command.paymentId);
          if (payment !== null && clock.nowMs() < payment.signByMs) return { outcome: 'ok', payment };
        }
        return real.commit(command as Command<'payment.renew'>);
      }) as Store['commit'],
    }),
  };
}
