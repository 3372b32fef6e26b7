import type { Context as HonoContext } from 'hono';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Context } from '../operations/context.ts';
import type { Answer, Operation } from '../operations/operation.ts';
import { readBody } from './body.ts';
import { admit } from './credential.ts';
import { createInputReader, readQuery, withPath } from './input.ts';
import { type Fields, parseObject } from './json.ts';
import { ANSWER_HEADERS } from './problem.ts';

/** Carries out one operation for a request. Rejects when something broke. */
export type Route = (request: HonoContext) => Promise<Response | Refusal>;

/** Makes the route of an operation. Checks go in the order of precedence of the codes they refuse with. */
export function createRoute(operation: Operation, context: Context): Route {
  const readInput = createInputReader(operation.input);
  const readFields = operation.http.method === 'GET' ? queryFields : bodyFields;
  return async ({ req }) => {
    const given = await readFields(req.raw);
    if ('outcome' in given) return given;
    const { headers } = req.raw;
    const caller = await admit(context, operation.audience, headers.get('authorization'));
    if ('outcome' in caller) return caller;
    const merged = withPath(given.fields, req.param());
    if ('outcome' in merged) return merged;
    const reading = readInput(merged.fields);
    if (reading.outcome === 'refused') return reading;
    const idempotencyKey = headers.get('idempotency-key');
    const flaw = keyFlaw(operation, idempotencyKey);
    if (flaw !== null) return flaw;
    const answer = await operation.run(context, { caller, input: reading.input, idempotencyKey });
    return answer.outcome === 'refused' ? answer : respond(operation, answer);
  };
}

type Given = { readonly fields: Fields } | Refusal;

async function queryFields(request: Request): Promise<Given> {
  const start = request.url.indexOf('?');
  return start === -1 ? { fields: {} } : readQuery(new URL(request.url).searchParams);
}

async function bodyFields(request: Request): Promise<Given> {
  const body = await readBody(request);
  if (body.outcome === 'refused') return body;
  if (body.text === null) return { fields: {} };
  const parsed = parseObject(body.text);
  return parsed.outcome === 'refused' ? parsed : { fields: parsed.fields };
}

/** Printable ASCII without a space: two headers, which arrive joined by ", ", do not pass as one key. */
const KEY = /^[\x21-\x7e]{1,128}$/;

function keyFlaw({ movesMoney }: Operation, key: string | null): Refusal | null {
  if (key === null) {
    return movesMoney ? refuse('idempotency_key_missing', 'The header Idempotency-Key is missing') : null;
  }
  return KEY.test(key) ? null : refuse('idempotency_key_invalid', 'The header Idempotency-Key is not a valid key');
}

/** Only what the output schema names leaves the server. */
function respond({ output }: Operation, answer: Extract<Answer<unknown>, { outcome: 'ok' }>): Response {
  const headers = {
    'content-type': 'application/json',
    ...ANSWER_HEADERS,
    ...(answer.isPending && { 'retry-after': '1' }),
    ...(answer.isReplay && { 'idempotent-replayed': 'true' }),
  };
  return new Response(JSON.stringify(output.parse(answer.output)), { status: answer.isPending ? 202 : 200, headers });
}
