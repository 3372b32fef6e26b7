import { ask, type Output } from './client.ts';
import { arg, flag, flagList, type Run } from './command.ts';
import { pageOf, wholeNumber } from './count.ts';
import { columns, showLine } from './text.ts';

type Mandate = Output<'mandate.get'>;

/** Asks the operator for a budget. */
export const request: Run = async (call) => {
  const input = {
    amount: flag(call, 'amount') ?? '',
    intent: flag(call, 'intent') ?? '',
    duration: flag(call, 'duration') ?? '',
    hosts: flagList(call, 'host'),
    payees: flagList(call, 'payee'),
    perPayment: flag(call, 'per-payment'),
    perDay: flag(call, 'per-day'),
    perPayee: flag(call, 'per-payee'),
    paymentsMax: wholeNumber(call, 'payments-max'),
  };
  const idempotencyKey = flag(call, 'idempotency-key');
  const output = await ask(call, 'agent', 'payment.request', input, { idempotencyKey });
  call.output.result(output, () =>
    [describe(output.mandate), '', `The operator approves it with: ${showLine(output.approve.command)}`].join(
      '\n',
    ),
  );
};

/** The mandates there are. */
export const list: Run = async (call) => {
  const output = await ask(call, 'any', 'mandate.list', pageOf(call));
  call.output.result(output, () => {
    const rows = output.mandates.map((mandate) => [
      mandate.id,
      stateOf(mandate),
      `${mandate.remaining} of ${mandate.scope.total} USD`,
      mandate.scope.expiresAt,
      mandate.intent,
    ]);
    return rows.length === 0
      ? 'No mandates'
      : columns([['Mandate', 'State', 'Left', 'Ends', 'Purpose'], ...rows]);
  });
};

/** One mandate. */
export const show: Run = async (call) => {
  const output = await ask(call, 'any', 'mandate.get', { mandate: arg(call) });
  call.output.result(output, () => describe(output));
};

function describe(mandate: Mandate): string {
  const { scope } = mandate;
  const limit = (label: string, amount: string | undefined) =>
    amount === undefined ? [] : [[label, `${amount} USD`]];
  return columns([
    ['Mandate', mandate.id],
    ['State', stateOf(mandate)],
    ['Purpose', `“${mandate.intent}”`],
    ['Budget', `${scope.total} USD`],
    ['Left', `${mandate.remaining} USD (${mandate.spent} spent, ${mandate.reserved} reserved)`],
    ['Payments', String(mandate.payments)],
    ['Agent', mandate.agentId],
    ['Hosts', scope.hosts.join(', ') || 'none'],
    ['Addresses', scope.payees.join(', ') || 'none'],
    ...limit('Per payment', scope.perPayment),
    ...limit('Per day', scope.perDay),
    ...limit('Per payee', scope.perPayee),
    ...limit(`Per ${scope.perPeriod?.every}`, scope.perPeriod?.limit),
    ...(scope.paymentsMax === undefined ? [] : [['At most', `${scope.paymentsMax} payments`]]),
    ...(scope.velocity === undefined
      ? []
      : [['At most', `${scope.velocity.count} payments in ${scope.velocity.seconds} seconds`]]),
    ['From', scope.notBefore],
    ['Until', scope.expiresAt],
    ['Rails', scope.rails.join(', ')],
    ['Assets', scope.assets.join(', ')],
  ]);
}

function stateOf({ paused, state }: Mandate): string {
  return `${state.replaceAll('_', ' ')}${paused ? ' (paused)' : ''}`;
}
