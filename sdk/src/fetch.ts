import { decodeBase64, encodeBase64 } from './base64.ts';
import type { CallOperation } from './call.ts';
import { ReplyLostError } from './error.ts';
import type { PaymentExecuteInput, PaymentExecuteOutput } from './operations.gen.ts';

/** A request to make and pay. Of a `RequestInit`, method, headers, body and signal count. */
export type PaidInit = RequestInit & {
  /** The mandate to pay under. */
  readonly mandate: string;
  /** The same key never pays twice. Made anew unless you give one. */
  readonly idempotencyKey?: string | undefined;
  /** The most to pay for this, in USD: "0.10". */
  readonly maxAmount?: PaymentExecuteInput['maxAmount'];
};

/** Like `fetch`; the wallet makes the request and pays if it is asked to and may. */
export type PaidFetch = (url: string | URL, init: PaidInit) => Promise<Response>;

/**
 * Makes a `fetch` that pays. The reply is the payee's own; what was paid for it is in the headers `fluxa-payment-id`,
 * `fluxa-payment-state` and `fluxa-payment-amount`, which are absent where nothing was paid. A no of the wallet is a
 * `RefusalError`.
 */
export function createFetch(call: CallOperation): PaidFetch {
  return async (url, { mandate, idempotencyKey, maxAmount, method, headers: given, body, signal }) => {
    const payload = await readPayload(body, new Headers(given));
    const input: PaymentExecuteInput = {
      mandate,
      url: String(url),
      method: (method?.toUpperCase() ?? 'GET') as NonNullable<PaymentExecuteInput['method']>,
      ...payload,
      ...(maxAmount !== undefined && { maxAmount }),
    };
    return readReply(await call('payment.execute', input, { idempotencyKey, signal }));
  };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Body and headers as the wallet takes them. A `Request`, never sent, knows every kind of body and its type. */
async function readPayload(body: RequestInit['body'], headers: Headers) {
  if (body === undefined || body === null) return { headers: Object.fromEntries(headers) };
  const whole = new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  const type = whole.headers.get('content-type');
  if (type !== null && !headers.has('content-type')) headers.set('content-type', type);
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const content =
    typeof body === 'string' ? { body: utf8.decode(bytes) } : { bodyBase64: encodeBase64(bytes) };
  return { headers: Object.fromEntries(headers), ...content };
}

/** What described the body on its way to the wallet; it is decoded by now. */
const HOP_HEADERS = ['content-encoding', 'content-length', 'transfer-encoding'];
const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

function readReply({ response, payment, detail }: PaymentExecuteOutput): Response {
  if (response === undefined) throw new ReplyLostError(detail ?? 'The reply was lost', payment);
  if (response.isDropped) throw new ReplyLostError('The reply was too large to be kept', payment);
  const headers = headersOf(response.headers);
  for (const name of HOP_HEADERS) headers.delete(name);
  for (const name of ['id', 'state', 'amount'] as const) {
    const value = payment?.[name];
    if (value === undefined) headers.delete(`fluxa-payment-${name}`);
    else headers.set(`fluxa-payment-${name}`, value);
  }
  // A status that a Response cannot have stands for a payee that is out of order.
  const status = response.status >= 200 && response.status <= 599 ? response.status : 502;
  return new Response(NO_BODY.has(status) ? null : bodyOf(response), { status, headers });
}

/** The payee's headers, without those that no `Headers` can hold. */
function headersOf(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {}
  }
  return headers;
}

function bodyOf(response: NonNullable<PaymentExecuteOutput['response']>): Uint8Array<ArrayBuffer> {
  const { body, bodyBase64 = '' } = response;
  return body === undefined ? decodeBase64(bodyBase64) : new TextEncoder().encode(body);
}
