import type { Context as HonoContext } from 'hono';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Context } from '../operations/context.ts';
import type { Answer, Operation } from '../operations/operation.ts';
import { readBody } from './body.ts';
import { admit } from './credential.ts';
import { type FieldReading, NO_FIELDS, readQuery, withPath } from './fields.ts';
import { createInputReader } from './input.ts';
import { parseObject } from './json.ts';
import { ANSWER_HEADERS } from './problem.ts';

/** Carries out one operation for a request. Rejects when something broke. */
export type Route = (request: HonoContext) => Promise<Response | Refusal>;

/** Makes the route of an operation. Checks go in the order of precedence of the codes they refuse with. */
export function createRoute(operation: Operation, context: Context): Route {
  const readInput = createInputReader(operation.input);
  const isGet = operation.http.method === 'GET';
  const hasPath = operation.http.path.includes('{');
  return async ({ req }) => {
    const { raw } = req;
    const body = isGet ? NO_FIELDS : await bodyFields(raw);
    if (body.outcome === 'refused') return body;
    const caller = await admit(context, operation.audience, raw.headers.get('authorization'));
    if ('outcome' in caller) return caller;
    const query = readQuery(raw.url);
    if (query.outcome === 'refused') return query;
    if (!isGet && query !== NO_FIELDS)
      return refuse('field_unknown', 'A POST takes its fields from the body alone');
    const given = isGet ? query : body;
    const merged = hasPath ? withPath(given.fields, req.param()) : given;
    if (merged.outcome === 'refused') return merged;
    const reading = readInput(merged.fields);
    if (reading.outcome === 'refused') return reading;
    const idempotencyKey = raw.headers.get('idempotency-key');
    const flaw = keyFlaw(operation, idempotencyKey);
    if (flaw !== null) return flaw;
    const answer = await operation.run(context, { caller, input: reading.input, idempotencyKey });
    return answer.outcome === 'refused' ? answer : respond(operation, answer);
  };
}

async function bodyFields(request: Request): Promise<FieldReading> {
  const body = await readBody(request);
  if (body.outcome === 'refused') return body;
  return body.text === null ? NO_FIELDS : parseObject(body.text);
}

/** Printable ASCII without a space: two headers, which arrive joined by ", ", do not pass as one key. */
const KEY = /^[\x21-\x7e]{1,128}$/;

function keyFlaw({ movesMoney }: Operation, key: string | null): Refusal | null {
  if (key === null) {
    return movesMoney ? refuse('idempotency_key_missing', 'The header Idempotency-Key is missing') : null;
  }
  return KEY.test(key)
    ? null
    : refuse('idempotency_key_invalid', 'The header Idempotency-Key is not a valid key');
}

/** Only what the output schema names leaves the server. */
function respond({ output }: Operation, answer: Extract<Answer<unknown>, { outcome: 'ok' }>): Response {
  const headers = {
    'content-type': 'application/json',
    ...ANSWER_HEADERS,
    ...(answer.isPending && { 'retry-after': '1' }),
    ...(answer.isReplay && { 'idempotent-replayed': 'true' }),
  };
  return new Response(JSON.stringify(output.parse(answer.output)), {
    status: answer.isPending ? 202 : 200,
    headers,
  });
}
