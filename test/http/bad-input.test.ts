import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sent, startWorld, TOKENS, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const MANDATE = { amount: '25.00', intent: 'Weather data', duration: '30d', hosts: ['api.example.com'] };
const PAYMENT = { mandate: 'mand_1', url: 'https://api.example.com/weather' };

/** A call for a mandate by an agent, with this body. */
function asks(body: unknown, headers: Record<string, string> = {}): Sent {
  return { method: 'POST', path: '/v1/mandates', token: TOKENS.agent, headers, body };
}

function pays(headers: Record<string, string>, body: unknown = PAYMENT): Sent {
  return { method: 'POST', path: '/v1/payments', token: TOKENS.agent, headers, body };
}

/** The JSON text of a call for a mandate, with one field written as given. */
function withField(field: string, rest: Record<string, unknown> = MANDATE): string {
  return `{${field},${JSON.stringify(rest).slice(1)}`;
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withoutAmount = { intent: 'Weather data', duration: '30d' };
const chunked = { 'transfer-encoding': 'chunked' };
const MAX = 2 * 1024 * 1024;

// What is sent, the status, the code, and what the detail must name.
type Line = readonly [what: string, sent: Sent, status: number, code: string, names?: RegExp];
const TABLE: readonly Line[] = [
  // The request as bytes
  ['a body over 2 MiB', asks('x'.repeat(MAX + 1)), 413, 'body_too_large', /2097152/],
  ['a body over 2 MiB without a length', asks('x'.repeat(MAX + 1), chunked), 413, 'body_too_large'],
  [
    'a form',
    asks('a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'media_type_unsupported',
    /x-www-form/,
  ],
  ['text', asks('{}', { 'content-type': 'text/plain' }), 415, 'media_type_unsupported'],
  [
    'JSON of another kind',
    asks('{}', { 'content-type': 'application/json5' }),
    415,
    'media_type_unsupported',
  ],
  [
    'JSON in another charset',
    asks('{}', { 'content-type': 'application/json; charset=utf-16' }),
    415,
    'media_type_unsupported',
  ],
  ['a compressed body', asks('{}', { 'content-encoding': 'gzip' }), 415, 'media_type_unsupported', /gzip/],
  ['what is not JSON', asks('{"amount":'), 400, 'json_invalid'],
  ['JSON with a comment', asks('{} // yes'), 400, 'json_invalid'],
  ['JSON with a comma too many', asks('{"amount":"1",}'), 400, 'json_invalid'],
  ['NaN', asks(withField('"amount":NaN', withoutAmount)), 400, 'json_invalid'],
  ['a number with a leading zero', asks(withField('"amount":025', withoutAmount)), 400, 'json_invalid'],
  ['an array', asks('[]'), 400, 'json_invalid', /not an object/],
  ['a string', asks('"amount"'), 400, 'json_invalid', /not an object/],
  ['null', asks('null'), 400, 'json_invalid', /not an object/],
  [
    'bytes that are not UTF-8',
    asks(Buffer.from('{"intent":"\xff\xfe"}', 'latin1')),
    400,
    'json_invalid',
    /UTF-8/,
  ],
  [
    'an overlong encoding',
    asks(Buffer.from('{"intent":"\xc0\xaf"}', 'latin1')),
    400,
    'json_invalid',
    /UTF-8/,
  ],
  ['a byte order mark', asks('\ufeff{}'), 400, 'json_invalid'],
  [
    'half of a surrogate pair',
    asks(withField('"intent":"\\ud800"', { amount: '1', duration: '1d' })),
    400,
    'json_invalid',
  ],
  ['half of a surrogate pair in a key', asks(withField('"\\udc00":1')), 400, 'json_invalid'],
  ['33 levels', asks(`{"hosts":${nested(32)}}`), 400, 'json_invalid', /32 levels/],
  ['half a million levels', asks(`{"hosts":${'['.repeat(500_000)}`), 400, 'json_invalid', /32 levels/],
  ['a key twice', asks(withField('"amount":"900"')), 400, 'json_key_duplicate', /"amount"/],
  [
    'a key twice with the same value',
    asks(withField('"amount":"25.00"')),
    400,
    'json_key_duplicate',
    /"amount"/,
  ],
  [
    'a key twice, once escaped',
    asks(withField('"\\u0061mount":"25.00"')),
    400,
    'json_key_duplicate',
    /"amount"/,
  ],
  [
    'a key twice further in',
    asks(withField('"velocity":{"count":1,"seconds":1,"count":1}')),
    400,
    'json_key_duplicate',
    /"count"/,
  ],
  ['a key twice in an array', asks(withField('"x":[1,{"a":{},"a":[]}]')), 400, 'json_key_duplicate', /"a"/],
  ['a key twice in what is not JSON', asks('{"a":1,"a":1'), 400, 'json_invalid'],
  // The request as data
  ['__proto__', asks(withField('"__proto__":{"amount":"1"}')), 400, 'input_invalid', /__proto__/],
  ['__proto__ further in', asks(withField('"velocity":{"__proto__":{}}')), 400, 'input_invalid', /__proto__/],
  [
    '__proto__ as a header',
    pays({ 'idempotency-key': 'k' }, withField('"headers":{"__proto__":"x"}', PAYMENT)),
    400,
    'input_invalid',
    /__proto__/,
  ],
  ['constructor', asks(withField('"constructor":{}')), 400, 'input_invalid', /constructor/],
  ['prototype in an array', asks(withField('"hosts2":[{"prototype":1}]')), 400, 'input_invalid', /prototype/],
  [
    'no body',
    { method: 'POST', path: '/v1/mandates', token: TOKENS.agent },
    400,
    'input_invalid',
    /"amount" is missing: expected string or number/,
  ],
  [
    'a field missing',
    asks({ amount: '1', duration: '1d' }),
    400,
    'input_invalid',
    /"intent" is missing: expected string/,
  ],
  [
    'a field of another kind',
    asks({ ...MANDATE, intent: 5 }),
    400,
    'input_invalid',
    /"intent": expected string/,
  ],
  [
    'a word that is none of those',
    asks({ ...MANDATE, perPeriod: { limit: '1', every: 'year' } }),
    400,
    'input_invalid',
    /"perPeriod.every": .*"day"\|"week"\|"month"/,
  ],
  [
    'an item of another kind',
    asks({ ...MANDATE, hosts: ['a b'] }),
    400,
    'input_invalid',
    /"hosts.0": "a b" is not a host name/,
  ],
  ['a count with a fraction', asks(withField('"paymentsMax":5.0')), 400, 'input_invalid', /"paymentsMax"/],
  ['an unknown field', asks({ ...MANDATE, limit: '1' }), 400, 'field_unknown', /"limit"/],
  [
    'an unknown field further in',
    asks({ ...MANDATE, velocity: { count: 1, seconds: 1, per: 1 } }),
    400,
    'field_unknown',
    /"velocity.per"/,
  ],
  [
    'an amount by exponent',
    asks(withField('"amount":1e3', withoutAmount)),
    400,
    'amount_invalid',
    /"amount": The amount "1e3"/,
  ],
  ['an amount by exponent, as text', asks({ ...MANDATE, amount: '1e3' }), 400, 'amount_invalid'],
  ['an amount of nothing', asks({ ...MANDATE, amount: '0' }), 400, 'amount_invalid'],
  ['a negative amount', asks({ ...MANDATE, amount: -5 }), 400, 'amount_invalid'],
  [
    'an amount of seven decimals',
    asks(withField('"amount":0.1234567', withoutAmount)),
    400,
    'amount_invalid',
    /more than 6 decimals/,
  ],
  ['a huge amount', asks(withField(`"amount":${'9'.repeat(400)}`, withoutAmount)), 400, 'amount_invalid'],
  ['an amount in other digits', asks({ ...MANDATE, amount: '２５' }), 400, 'amount_invalid'],
  ['an amount with a comma', asks({ ...MANDATE, amount: '25,00' }), 400, 'amount_invalid'],
  [
    'an amount that is true',
    asks({ ...MANDATE, amount: true }),
    400,
    'input_invalid',
    /"amount": expected string or number/,
  ],
  ['a duration nobody knows', asks({ ...MANDATE, duration: '3y' }), 400, 'duration_invalid', /"3y"/],
  [
    'two flaws: the first code counts',
    asks({ ...MANDATE, amount: '1e3', duration: '3y', extra: 1 }),
    400,
    'field_unknown',
    /"extra"/,
  ],
  [
    'three flaws: the first code counts',
    asks({ ...MANDATE, amount: '1e3', extra: 1, intent: 5 }),
    400,
    'input_invalid',
    /"intent"/,
  ],
  ['a query beside a body', { ...asks(MANDATE), path: '/v1/mandates?amount=1' }, 400, 'field_unknown'],
  [
    'an unknown field in a query',
    { path: '/v1/mandates?before=x', token: TOKENS.agent },
    400,
    'field_unknown',
    /"before"/,
  ],
  [
    '__proto__ in a query',
    { path: '/v1/mandates?__proto__=x', token: TOKENS.agent },
    400,
    'input_invalid',
    /__proto__/,
  ],
  [
    'a field twice in a query',
    { path: '/v1/mandates?limit=1&limit=2', token: TOKENS.agent },
    400,
    'input_invalid',
    /"limit" is given twice/,
  ],
  [
    'a limit that is no number',
    { path: '/v1/mandates?limit=NaN', token: TOKENS.agent },
    400,
    'input_invalid',
    /"limit"/,
  ],
  [
    'a limit over the limit',
    { path: '/v1/mandates?limit=201', token: TOKENS.agent },
    400,
    'input_invalid',
    /"limit": .*200/,
  ],
  [
    'a field in the path and another in the query',
    { path: '/v1/mandates/mand_1?mandate=mand_2', token: TOKENS.agent },
    400,
    'input_invalid',
    /"mandate" is given twice/,
  ],
  [
    'a field in the path and another in the body',
    { method: 'POST', path: '/v1/approvals/appr_1/signature', body: { approval: 'appr_2', signature: '0x' } },
    400,
    'input_invalid',
    /"approval" is given twice/,
  ],
  // The key
  ['a payment without a key', pays({}), 400, 'idempotency_key_missing'],
  ['an empty key', pays({ 'idempotency-key': '' }), 400, 'idempotency_key_invalid'],
  ['a key with a space', pays({ 'idempotency-key': 'a b' }), 400, 'idempotency_key_invalid'],
  ['a key beyond ASCII', pays({ 'idempotency-key': 'schl\u00fcssel' }), 400, 'idempotency_key_invalid'],
  ['a key of 129 characters', pays({ 'idempotency-key': 'k'.repeat(129) }), 400, 'idempotency_key_invalid'],
  [
    'a wrong key where none is needed',
    asks(MANDATE, { 'idempotency-key': 'a b' }),
    400,
    'idempotency_key_invalid',
  ],
  [
    'a flaw of the input goes before the key',
    pays({}, { ...PAYMENT, maxAmount: '0' }),
    400,
    'amount_invalid',
  ],
  // Where to
  ['a route that is not there', { path: '/v1/nothing' }, 404, 'route_not_found', /\/v1\/nothing/],
  ['a route below one that is there', { path: '/v1/mandates/a/b' }, 404, 'route_not_found'],
  ['a route with a slash too many', { path: '/v1/mandates/', token: TOKENS.agent }, 404, 'route_not_found'],
  [
    'a method that is not there',
    { method: 'PUT', path: '/v1/mandates' },
    405,
    'method_not_allowed',
    /GET, POST|POST, GET/,
  ],
  ['a preflight', { method: 'OPTIONS', path: '/v1/mandates' }, 405, 'method_not_allowed'],
];

describe('bad input is refused with its status and code, and nothing is stored', () => {
  for (const [what, sent, status, code, names = /./] of TABLE) {
    test(what, async () => {
      const before = await world.entries();
      const reply = await world.send(sent);
      expect({ status: reply.status, code: reply.json.code }).toEqual({ status, code });
      expect(reply.json.detail).toMatch(names);
      expect(reply.headers['content-type']).toBe('application/problem+json');
      expect(await world.entries()).toBe(before);
      expect(world.logged).toEqual([]);
    });
  }
});

test('what is at the edge of the rules passes', async () => {
  const pass = async (sent: Sent) => expect((await world.send(sent)).status).toBe(200);
  await pass(asks(withField('"amount":100.00', withoutAmount)));
  await pass(asks(withField('"amount":0.1', withoutAmount)));
  await pass(asks(MANDATE, { 'content-type': 'Application/JSON; charset="UTF-8"' }));
  await pass(asks(`\r\n\t ${JSON.stringify(MANDATE)} \n`));
  await pass(asks(MANDATE, chunked));
  await pass(asks({ ...MANDATE, intent: 'Wetter 🌦 \\ud800' }));
  await pass({ path: '/v1/mandates?limit=1&limit=1', token: TOKENS.agent });
  await pass({ path: '/v1/mandates?', token: TOKENS.agent });
  await pass(asks(MANDATE, { 'idempotency-key': '!~'.repeat(64) }));
});

test('an amount written as a JSON number is taken by its source text', async () => {
  const reply = await world.send(asks(withField('"amount":100.10', withoutAmount)));
  expect(reply.json).toMatchObject({ mandate: { scope: { total: '100.10' } } });
});

test('what follows a body of the stated length is another request', async () => {
  const head = `POST /v1/mandates HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`;
  const rest = 'GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n';
  const replies = await world.sendRaw(`${head}content-length: 2\r\n\r\n{}${rest}`);
  expect(replies.match(/HTTP\/1\.1 \d+|"code":"\w+"|"status":"ok"/g)).toEqual([
    'HTTP/1.1 401',
    '"code":"credential_missing"',
    'HTTP/1.1 200',
    '"status":"ok"',
  ]);
});

test('a request that states its length in two ways is not read', async () => {
  const head = `POST /v1/mandates HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`;
  const reply = await world.sendRaw(
    `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  );
  expect(reply).toMatch(/^HTTP\/1\.1 400 /);
});

test('a stated length over the limit is refused before the body is sent', async () => {
  const head = 'POST /v1/mandates HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n';
  const reply = await world.sendRaw(`${head}content-length: 99999999999\r\n\r\n`);
  expect(reply).toMatch(/^HTTP\/1\.1 413 .*"code":"body_too_large"/s);
});
