import type { PaymentExecuteOutput, RefusalCode } from './operations.gen.ts';

/** A refusal as the server words it (RFC 9457). */
export type Problem = {
  readonly code: RefusalCode | (string & {});
  readonly detail: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly numbers?: Readonly<Record<string, string>>;
  readonly instance?: string;
};

/** The wallet said no: `code`, `hint`, `retryable` and `numbers` say why, and what would pass. */
export class RefusalError extends Error {
  readonly code: Problem['code'];
  readonly hint: string;
  /** Whether the same call can pass later without anybody changing it. */
  readonly retryable: boolean;
  /** What a caller can act on: amounts as decimal text. */
  readonly numbers: Readonly<Record<string, string>>;
  readonly status: number;
  /** Names this one answer in the server's log. */
  readonly instance: string | null;
  /** The key the call was made with. */
  readonly idempotencyKey: string | null;

  constructor(problem: Problem, call: { readonly status: number; readonly idempotencyKey: string | null }) {
    super(problem.detail);
    this.name = 'RefusalError';
    this.code = problem.code;
    this.hint = problem.hint;
    this.retryable = problem.retryable;
    this.numbers = problem.numbers ?? {};
    this.status = call.status;
    this.instance = problem.instance ?? null;
    this.idempotencyKey = call.idempotencyKey;
  }
}

/**
 * No usable answer arrived: the server was not reached, took too long, or something else answered. What became of
 * the call is not known; for a payment, ask again with the same key.
 */
export class ConnectionError extends Error {
  readonly idempotencyKey: string | null;

  constructor(message: string, call: { readonly idempotencyKey: string | null; readonly cause?: unknown }) {
    super(message, { cause: call.cause });
    this.name = 'ConnectionError';
    this.idempotencyKey = call.idempotencyKey;
  }
}

/** The call was taken and is not finished yet: ask again later with the same key. It never pays twice. */
export class PendingError<Output = unknown> extends Error {
  readonly idempotencyKey: string | null;
  /** How things stood at the last answer. */
  readonly output: Output;

  constructor(output: Output, call: { readonly idempotencyKey: string | null }) {
    super('The call is not finished yet; ask again with the same key');
    this.name = 'PendingError';
    this.output = output;
    this.idempotencyKey = call.idempotencyKey;
  }
}

/** The payment is finished, but the payee's reply is not there: it was lost, or too large to be kept. */
export class ReplyLostError extends Error {
  readonly payment: PaymentExecuteOutput['payment'];
  readonly idempotencyKey: string | null;

  constructor(detail: string, payment: PaymentExecuteOutput['payment']) {
    super(detail);
    this.name = 'ReplyLostError';
    this.payment = payment;
    this.idempotencyKey = payment?.idempotencyKey ?? null;
  }
}
