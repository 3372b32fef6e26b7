import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations } from '../../src/operations/table.ts';
import { startWorld, TOKENS, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** The paths that take a method. */
function paths(method: 'GET' | 'POST') {
  return fc.constantFrom(
    ...operations.filter(({ http }) => http.method === method).map(({ http }) => http.path),
  );
}
const fill = (path: string, value: string) => path.replace(/\{\w+\}/g, encodeURIComponent(value));
const tokens = fc.constantFrom(TOKENS.agent, TOKENS.operator);

/** Names that operations know, so that some bodies get further than the first check. */
const known = fc.constantFrom(
  ...['amount', 'intent', 'duration', 'hosts', 'payees', 'perPayment', 'perPeriod', 'velocity', 'notBefore'],
  ...[
    'mandate',
    'url',
    'method',
    'mode',
    'headers',
    'body',
    'bodyBase64',
    'challenge',
    'maxAmount',
    'name',
    'action',
  ],
  ...['subject', 'signature', 'approval', '__proto__', 'constructor', 'toString'],
);
const plausible = fc.constantFrom(
  ...[
    '25.00',
    '30d',
    '1e3',
    'https://api.example.com/',
    'mandate.approve',
    'wallet.freeze',
    'sign',
    '2026-01-01T00:00:00Z',
  ],
);
const leaf = fc.oneof(
  plausible,
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(known, fc.string()), tie('any'), { maxKeys: 4 }),
  ),
})).any;
const body = fc.dictionary(known, value, { maxKeys: 8 }).map((fields) => JSON.stringify(fields));

/** Neither broken nor undecided: a plan for every input. */
function expectPlanned(status: number): void {
  expect([200, 202, 400, 401, 403, 404, 405, 409, 413, 415, 422, 503]).toContain(status);
  expect(world.logged.splice(0)).toEqual([]);
}

test('no JSON body breaks an operation', async () => {
  await fc.assert(
    fc.asyncProperty(paths('POST'), body, tokens, fc.string(), async (route, body, token, word) => {
      const path = fill(route, word);
      const headers = { 'idempotency-key': `k-${body.length}` };
      expectPlanned((await world.send({ method: 'POST', path, token, headers, body })).status);
    }),
    { numRuns: 600 },
  );
});

test('no bytes as a body break an operation', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  await fc.assert(
    fc.asyncProperty(paths('POST'), bytes, async (route, body) => {
      const path = fill(route, 'x');
      const { status } = await world.send({ method: 'POST', path, token: TOKENS.agent, body });
      expectPlanned(status);
    }),
    { numRuns: 200 },
  );
});

test('no query breaks an operation', async () => {
  const query = fc.dictionary(fc.oneof(known, fc.constantFrom('limit', 'after', 'afterSeq', 'chain')), leaf, {
    maxKeys: 4,
  });
  await fc.assert(
    fc.asyncProperty(paths('GET'), query, tokens, fc.string(), async (route, query, token, word) => {
      const entries = Object.entries(query).map(([name, value]) => [name, String(value)] as [string, string]);
      const path = `${fill(route, word)}?${new URLSearchParams(entries)}`;
      expectPlanned((await world.send({ path, token })).status);
    }),
    { numRuns: 300 },
  );
});
