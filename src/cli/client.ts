import {
  type CallOptions,
  ConnectionError,
  createWallet,
  type OperationName,
  type Operations,
  PendingError,
  RefusalError,
  ROUTES,
} from '../../sdk/src/index.ts';
import type { Invocation } from './command.ts';
import type { Party } from './credential.ts';
import { EXIT, Failure } from './failure.ts';

/** What an operation gives. */
export type Output<Name extends OperationName> = Operations[Name]['output'];

/** Calls an operation of the server as some party. What is not an answer becomes a failure that says what to do. */
export async function ask<Name extends OperationName>(
  { home }: Invocation,
  party: Party,
  name: Name,
  input: Operations[Name]['input'],
  options: Pick<CallOptions, 'idempotencyKey'> = {},
): Promise<Output<Name>> {
  const { url } = home;
  // A payment is worth waiting for; anything else is sent once, and the person decides about more.
  const once = ROUTES[name].movesMoney ? {} : { attempts: 1 };
  const wallet = createWallet({ url, token: home.token(party), ...once });
  try {
    return await wallet.call(name, input, options);
  } catch (error) {
    throw failureOf(error, url);
  }
}

/** What a failed call of the SDK means for a command. Errors of other kinds stay what they are. */
export function failureOf(error: unknown, url: string): unknown {
  if (error instanceof RefusalError) {
    const { code, message: detail, hint, numbers, retryable } = error;
    const exitCode = EXITS[code] ?? EXIT.refused;
    const hasNumbers = Object.keys(numbers).length > 0;
    return new Failure(
      exitCode,
      { code, detail, hint, retryable, ...(hasNumbers && { numbers }) },
      { cause: error },
    );
  }
  if (error instanceof ConnectionError) {
    const hint = `Start the server with "fluxa-wallet serve", or say where it is with --url (now ${url})`;
    const report = { code: 'server_unreachable', detail: error.message, hint, retryable: true };
    return new Failure(EXIT.unreachable, report, { cause: error });
  }
  if (error instanceof PendingError) {
    const hint = 'Ask again later with the same idempotency key';
    const report = { code: 'pending', detail: 'The call is not finished yet', hint, retryable: true };
    return new Failure(EXIT.pending, report, { cause: error });
  }
  return error;
}

/** Refusals that are not a decision of the wallet. */
const EXITS: Readonly<Record<string, Failure['exitCode']>> = {
  request_in_progress: EXIT.pending,
  internal_error: EXIT.internal,
};
