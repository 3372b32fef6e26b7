import { z } from 'zod';
import { REFUSALS, type Refusal, type RefusalCode } from '../core/refusal.ts';
import { refusalView, viewRefusal } from '../operations/views.ts';

/** A refusal as RFC 9457 problem details. */
export const problemView = refusalView.extend({
  type: z.string().meta({ description: 'A URI that names the code' }),
  title: z.string(),
  status: z.int(),
  instance: z.string().meta({ description: 'A URI that names this one answer' }),
});

/** What every answer about the wallet carries: kept by no cache, and never taken for something to show or run. */
export const ANSWER_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Codes after which asking again soon can help. */
const SOON: ReadonlySet<number> = new Set([409, 502, 503]);

/** A refusal as an answer over HTTP. `id` names this one answer, here and in the log. */
export function problem(
  refusal: Refusal,
  id: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status, retryable } = REFUSALS[refusal.code];
  const body: z.input<typeof problemView> = {
    type: typeOf(refusal.code),
    title: titleOf(refusal.code),
    status,
    ...viewRefusal(refusal),
    instance: instanceOf(refusal, id),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...ANSWER_HEADERS,
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
      ...(retryable && SOON.has(status) && { 'retry-after': '1' }),
      ...headers,
    },
  });
}

/** A payment's refusal is that payment's, the same each time it is asked for; any other is of its one request. */
function instanceOf({ numbers }: Refusal, id: string): string {
  const paymentId = numbers?.paymentId;
  return paymentId === undefined ? `urn:fluxa:request:${id}` : `urn:fluxa:payment:${paymentId}`;
}

function typeOf(code: RefusalCode): string {
  return `urn:fluxa:problem:${code}`;
}

function titleOf(code: RefusalCode): string {
  return `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`;
}
