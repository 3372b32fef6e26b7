import { send, type Transport } from './answer.ts';
import { ConnectionError, PendingError, RefusalError } from './error.ts';
import { type Operations, ROUTES } from './operations.gen.ts';

/** The name of an operation. */
export type OperationName = keyof Operations;

/** How one call is made. */
export type CallOptions = {
  /** Made anew for each payment unless you give one: give one to go on with a call that you made before. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | null | undefined;
};

/** How calls reach the server, and how often one that may be repeated is tried. */
export type Caller = Transport & {
  /** Most times one call is sent. */
  readonly attempts: number;
  readonly wait: (ms: number) => Promise<void>;
};

/** Makes a call, typed by the operation's name. */
export type CallOperation = <Name extends OperationName>(
  name: Name,
  input: Operations[Name]['input'],
  options?: CallOptions,
) => Promise<Operations[Name]['output']>;

const BACKOFF_MS = 250;
const BACKOFF_MAX_MS = 8000;
const RETRY_AFTER_MAX_MS = 30_000;

/**
 * Makes the function that calls operations. Reading and paying are tried again where nothing or nothing final was
 * answered: a payment under the same key each time, so that it is made once. Any other call is sent once.
 */
export function createCall(caller: Caller): CallOperation {
  return async (name, input, { idempotencyKey = null, signal } = {}) => {
    const route = ROUTES[name];
    const key = route.movesMoney ? (idempotencyKey ?? crypto.randomUUID()) : idempotencyKey;
    const attempts = route.movesMoney || route.method === 'GET' ? caller.attempts : 1;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(caller, { route, input, idempotencyKey: key, signal: signal ?? null });
      if (answer.kind === 'done') return answer.output as Operations[typeof name]['output'];
      const isRepeatable = answer.kind === 'pending' || answer.isRetryable;
      if (!isRepeatable || attempt >= attempts) throw errorOf(answer, key);
      const backoffMs = Math.min(BACKOFF_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS);
      await caller.wait(Math.max(backoffMs, Math.min(answer.retryAfterMs, RETRY_AFTER_MAX_MS)));
    }
  };
}

function errorOf(
  answer: Exclude<Awaited<ReturnType<typeof send>>, { kind: 'done' }>,
  key: string | null,
): Error {
  if (answer.kind === 'pending') return new PendingError(answer.output, { idempotencyKey: key });
  if (answer.kind === 'lost')
    return new ConnectionError(answer.detail, { idempotencyKey: key, cause: answer.cause });
  return new RefusalError(answer.problem, { status: answer.status, idempotencyKey: key });
}
