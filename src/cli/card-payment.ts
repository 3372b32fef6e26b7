import { randomUUID } from 'node:crypto';
import { describe } from './card.ts';
import { ask, type Output } from './client.ts';
import { arg, flag, flagList, type Invocation, isOn, type Run } from './command.ts';
import { withKey } from './payment.ts';
import { showLine } from './text.ts';

/** Makes a card. */
export const create: Run = async (call) => {
  const optional = (name: string) => flag(call, name);
  const [mccs, countries] = [flagList(call, 'mcc'), flagList(call, 'country')];
  const [merchant, label, merchantLock] = ['merchant', 'label', 'merchant-lock'].map(optional);
  const input = {
    amount: flag(call, 'amount') ?? '',
    mandate: flag(call, 'mandate') ?? '',
    merchant,
    label,
    merchantLock,
    ...(mccs.length > 0 && { mccs }),
    ...(countries.length > 0 && { countries }),
    ttl: flag(call, 'ttl'),
    ...(isOn(call, 'require-3ds') && { require3ds: true }),
  };
  await pay(call, 'card', (idempotencyKey) => ask(call, 'agent', 'card.create', input, { idempotencyKey }));
};

/** Locks more on a card. */
export const recharge: Run = async (call) => {
  const input = { card: arg(call), amount: flag(call, 'amount') ?? '' };
  await pay(call, 'recharge', (idempotencyKey) =>
    ask(call, 'agent', 'card.recharge', input, { idempotencyKey }),
  );
};

/** Takes unused money back. */
export const withdraw: Run = async (call) => {
  const input = { card: arg(call), amount: flag(call, 'amount') };
  await pay(call, 'withdrawal', (idempotencyKey) =>
    ask(call, 'any', 'card.withdraw', input, { idempotencyKey }),
  );
};

type Given = Output<'card.create'> | Output<'card.withdraw'>;

/** Calls with a key that is told before anything is sent: it is how to go on without paying twice. */
async function pay(
  call: Invocation,
  what: string,
  send: (idempotencyKey: string) => Promise<Given>,
): Promise<void> {
  const given = flag(call, 'idempotency-key');
  const idempotencyKey = given ?? randomUUID();
  if (given === undefined) call.output.note(`The key of this ${what} is ${idempotencyKey}`);
  const output = await send(idempotencyKey).catch((error) => {
    throw withKey(error, idempotencyKey);
  });
  call.output.result({ ...output, idempotencyKey }, () => describe(output.card));
  if ('detail' in output && output.detail !== undefined) call.output.note(showLine(output.detail));
}
