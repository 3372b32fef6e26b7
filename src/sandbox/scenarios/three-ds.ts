import type { ActNamed } from './scenario.ts';
import { type ActResult, broken, cardOf, DONE, type Stage } from './stage.ts';

/** The agent types a code on the issuer's page. A wrong or late one is no refusal of the wallet's. */
export async function enterCode(stage: Stage, act: ActNamed<'threeds.otp'>): Promise<ActResult> {
  const reference = cardOf(stage, act);
  if (reference === null) return broken('there is no such card');
  const challenge = act.ref === undefined ? {} : { challenge: act.ref };
  await stage.wallet.issuer.network.enterCode({ card: { reference }, code: act.otp, ...challenge });
  return DONE;
}
