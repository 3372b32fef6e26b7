import type { CardName, Receipt } from '../issuer/acquirer.ts';
import { drain } from './drain.ts';
import type { Act, ActNamed } from './scenario.ts';
import { type ActResult, broken, cardOf, DONE, type Stage } from './stage.ts';

/** The steps of a scenario that are nobody's: time, and what goes wrong. */
export type FaultAct = ActNamed<
  Extract<Act['event'], 'clock.advance' | 'system.restart' | `webhook.${string}` | `wallet.return_${string}`>
>;

/** Whether nobody takes this step. */
export function isFaultAct(act: Act): act is FaultAct {
  return /^(clock\.|system\.|webhook\.|wallet\.return_)/.test(act.event);
}

/** Has time pass, or something go wrong. */
export async function playFault(stage: Stage, act: FaultAct): Promise<ActResult> {
  const { wallet, ground } = stage;
  switch (act.event) {
    case 'clock.advance':
      await wallet.issuer.network.advance(act.hours);
      await ground.finalize();
      await wallet.server().sync();
      return DONE;
    case 'system.restart':
      await wallet.restart();
      return DONE;
    case 'wallet.return_fail':
      wallet.treasury.failNext('payback', Number.MAX_SAFE_INTEGER);
      await drain(stage);
      return DONE;
    case 'wallet.return_retry':
      wallet.treasury.failNext('payback', 0);
      await drain(stage);
      return DONE;
    case 'webhook.bad_signature':
      return forge(stage, act);
    case 'webhook.replay':
      return replay(stage, act);
  }
}

/** Sends a forged copy of a message now; where there is none to copy yet, before each that is to come. */
async function forge(stage: Stage, act: ActNamed<'webhook.bad_signature'>): Promise<ActResult> {
  const { network } = stage.wallet.issuer;
  const card = whatToCopy(stage, act);
  if (card === null) {
    network.faults.forges = true;
    return DONE;
  }
  const isTaken = await network.forge(card, receiptOf(stage, act));
  return isTaken ? broken('a message with a forged signature was taken') : DONE;
}

/** A copy whose time stamp is right is taken and changes nothing; an old one is not taken. */
async function replay(stage: Stage, act: ActNamed<'webhook.replay'>): Promise<ActResult> {
  const { network } = stage.wallet.issuer;
  const card = whatToCopy(stage, act);
  if (card === null) return DONE;
  const receipt = receiptOf(stage, act);
  if (!(await network.replay(card, 'fresh', receipt))) return broken('a repeated message was not taken');
  return (await network.replay(card, 'old', receipt)) ? broken('an old message was taken') : DONE;
}

type WebhookAct = ActNamed<'webhook.bad_signature' | 'webhook.replay'>;

/** The card that something happened on; null where nothing did. */
function whatToCopy(stage: Stage, act: WebhookAct): CardName | null {
  const reference = cardOf(stage, act);
  if (reference === null) return null;
  const known = stage.wallet.issuer.network.find({ reference });
  return known === null || known.movements.length === 0 ? null : { reference };
}

/** The message that a step names; undefined where it names none. */
function receiptOf({ told }: Stage, { of, ref, auth }: WebhookAct): Receipt | undefined {
  return told.get(ref ?? of ?? auth ?? '')?.receipt ?? undefined;
}
