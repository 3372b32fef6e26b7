import { randomUUID } from 'node:crypto';
import { ask, type Output } from './client.ts';
import { arg, flag, flagList, type Invocation, type Run } from './command.ts';
import { pageOf } from './count.ts';
import { Failure, misuse } from './failure.ts';
import { columns, showLine, showLines } from './text.ts';

type Payment = Output<'payment.get'>;
type Paid = Output<'payment.execute'>;
type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Gets a resource and pays for it. What was paid is told apart from what came back. */
export const pay: Run = async (call) => {
  const given = flag(call, 'idempotency-key');
  const idempotencyKey = given ?? randomUUID();
  const input = {
    mandate: flag(call, 'mandate') ?? '',
    url: arg(call),
    method: flag(call, 'method')?.toUpperCase() as Method | undefined,
    headers: headersOf(call),
    body: flag(call, 'body'),
    maxAmount: flag(call, 'max-amount'),
  };
  // Before anything is sent: if this process is stopped, the key is how to go on without paying twice.
  if (given === undefined) call.output.note(`The key of this payment is ${idempotencyKey}`);
  const output = await ask(call, 'agent', 'payment.execute', input, { idempotencyKey }).catch((error) => {
    throw withKey(error, idempotencyKey);
  });
  if (call.output.isJson) call.output.result({ ...output, idempotencyKey }, () => '');
  else present(call, output);
};

function present({ output }: Invocation, { detail, payment, receipt, response }: Paid): void {
  if (response !== undefined) presentBody(output, response);
  if (detail !== undefined) output.note(showLine(detail));
  if (response !== undefined) output.note(`The payee answered ${response.status}`);
  output.note(payment === null ? 'Nothing was paid' : describe(payment));
  if (receipt !== undefined) output.note(`The payee's receipt, which proves nothing: ${showLine(receipt)}`);
}

/** The bytes as they came, unless a terminal would obey them. */
function presentBody(
  output: Invocation['output'],
  { body, bodyBase64, isDropped }: NonNullable<Paid['response']>,
): void {
  const { isTTY } = process.stdout;
  if (body !== undefined) process.stdout.write(isTTY ? `${showLines(body)}\n` : body);
  if (bodyBase64 !== undefined && !isTTY) process.stdout.write(Buffer.from(bodyBase64, 'base64'));
  if (bodyBase64 !== undefined && isTTY) {
    output.note('The answer is not text. Ask again with the same key, and send the output to a file');
  }
  if (isDropped) output.note('The body of the answer was too large to be kept');
}

/** Whatever went wrong with a payment, its key is how to find out what became of it. */
export function withKey(error: unknown, idempotencyKey: string): unknown {
  if (!(error instanceof Failure) || !error.report.retryable) return error;
  const hint = `${error.report.hint}. For this payment: --idempotency-key ${idempotencyKey}`;
  return new Failure(error.exitCode, { ...error.report, hint, idempotencyKey }, { cause: error });
}

function headersOf(call: Invocation): Readonly<Record<string, string>> {
  const headers = flagList(call, 'header').map((line) => {
    const [, name, value] = /^([^:\s]+):[ \t]*(.*)$/s.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [name.toLowerCase(), value] as const;
    const hint = 'Give one such as "Accept: text/html"';
    throw misuse('usage_wrong', `--header "${line}" is not "Name: value"`, hint);
  });
  const names = headers.map(([name]) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return Object.fromEntries(headers);
  throw misuse('usage_wrong', `The header "${twice}" is given twice`, 'Give it once, its values with commas');
}

/** The payments there are. */
export const list: Run = async (call) => {
  const mandate = flag(call, 'mandate');
  const output = await ask(call, 'any', 'payment.list', {
    ...pageOf(call),
    ...(mandate !== undefined && { mandate }),
  });
  call.output.result(output, () => {
    const rows = output.payments.map(({ amount = '', createdAt, id, state, url }) => [
      id,
      state,
      amount,
      createdAt,
      url,
    ]);
    return rows.length === 0
      ? 'No payments'
      : columns([['Payment', 'State', 'USD', 'Asked', 'For'], ...rows]);
  });
};

/** One payment. */
export const show: Run = async (call) => {
  const output = await ask(call, 'any', 'payment.get', { payment: arg(call) });
  call.output.result(output, () => describe(output));
};

function describe(payment: Payment): string {
  const { amount, asset, authorization, payTo, proof, refusal, units } = payment;
  return columns([
    ['Payment', payment.id],
    ['State', payment.state],
    ...(amount === undefined ? [] : [['Amount', `${amount} USD (${units} units of ${asset})`]]),
    ...(payTo === undefined ? [] : [['To', payTo]]),
    ['For', `${payment.method} ${payment.url}`],
    ['Mandate', payment.mandateId],
    ...(authorization === undefined ? [] : [['Valid until', authorization.validBefore]]),
    ...(refusal === undefined
      ? []
      : [
          ['Refused', `${refusal.code}: ${refusal.detail}`],
          ['Hint', refusal.hint],
        ]),
    ...(proof === undefined ? [] : [['Proof', JSON.stringify(proof)]]),
    ['Decision', `entry ${payment.decisionSeq} of the audit trail`],
    ['Key', payment.idempotencyKey],
    ['Asked', payment.createdAt],
  ]);
}
