import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Audience } from '../../src/operations/operation.ts';
import { defineOperation } from '../../src/operations/operation.ts';
import { startWorld, TOKENS, type World } from './world.ts';

const AUDIENCES: readonly Audience[] = ['agent', 'operator', 'any', 'anyone'];

/** Says who it takes the caller for. */
function whoami(audience: Audience) {
  return defineOperation({
    name: `caller.${audience}`,
    summary: 'Who calls',
    audience,
    movesMoney: false,
    http: { method: 'GET', path: `/v1/${audience}` },
    isTool: false,
    input: z.strictObject({}),
    output: z.object({ kind: z.string(), id: z.string().optional() }),
    async run(_, { caller }) {
      return {
        outcome: 'ok',
        output: caller.kind === 'agent' ? { kind: 'agent', id: caller.agent.id } : caller,
      };
    },
  });
}

let world: World;
beforeAll(async () => {
  world = await startWorld({ operations: AUDIENCES.map(whoami) });
});
afterAll(() => world.close());

const bearer = (token: string) => `Bearer ${token}`;
const AGENT = { kind: 'agent', id: 'agt_00000000000000000000000001' };
const OPERATOR = { kind: 'operator' };
const ANYONE = { kind: 'anyone' };
const missing = [401, 'credential_missing'] as const;
const invalid = [401, 'credential_invalid'] as const;
const revoked = [401, 'agent_revoked'] as const;
const notAllowed = [403, 'operation_not_allowed'] as const;

type Expected = typeof AGENT | typeof OPERATOR | readonly [number, string];

// The Authorization header, and what comes of it for agent, operator, any.
const MATRIX: readonly (readonly [string, string | null, Expected, Expected, Expected])[] = [
  ['no header', null, missing, missing, missing],
  ["an agent's token", bearer(TOKENS.agent), AGENT, notAllowed, AGENT],
  ["the operator's token", bearer(TOKENS.operator), notAllowed, OPERATOR, OPERATOR],
  ["a revoked agent's token", bearer(TOKENS.revoked), revoked, revoked, revoked],
  ['a token nobody has', bearer('nobody'), invalid, invalid, invalid],
  ['a scheme in lower case', `bearer ${TOKENS.agent}`, AGENT, notAllowed, AGENT],
  ['another scheme', 'Basic YWdlbnQ6dG9rZW4=', invalid, invalid, invalid],
  ['a bare token', TOKENS.agent, invalid, invalid, invalid],
  ['an empty token', 'Bearer ', invalid, invalid, invalid],
  ['two tokens', `Bearer ${TOKENS.agent}, Bearer ${TOKENS.operator}`, invalid, invalid, invalid],
  ['the hash of a token', bearer('a'.repeat(64)), invalid, invalid, invalid],
  ['a signed claim', bearer('eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcGVyYXRvciJ9.'), invalid, invalid, invalid],
];

describe('a credential opens what it is for, and nothing else', () => {
  test.each(MATRIX)('%s', async (_, authorization, ...expected) => {
    const headers = authorization === null ? {} : { authorization };
    const outcomes = ['agent', 'operator', 'any'].map(async (audience) => {
      const { status, json } = await world.send({ path: `/v1/${audience}`, headers });
      return status === 200 ? json : [status, json.code];
    });
    expect(await Promise.all(outcomes)).toEqual(expected);
    const open = await world.send({ path: '/v1/anyone', headers });
    expect([open.status, open.json]).toEqual([200, ANYONE]);
  });
});

test('who is refused is told how to come in', async () => {
  const { headers, json } = await world.send({ path: '/v1/agent' });
  expect(headers['www-authenticate']).toBe('Bearer');
  expect(json.hint).toBe('Send "Authorization: Bearer <token>"');
});

test('the wrong body goes before the wrong credential, and that before the wrong input', async () => {
  const full = await startWorld();
  const ask = { method: 'POST', path: '/v1/mandates' } as const;
  const codes = await Promise.all(
    [
      { ...ask, body: '{' },
      { ...ask, body: {} },
      { ...ask, body: '{"__proto__":1}' },
      { path: '/v1/mandates?limit=0&limit=1' },
      { ...ask, body: {}, token: TOKENS.operator },
      { ...ask, body: {}, token: TOKENS.agent },
    ].map(async (sent) => (await full.send(sent)).json.code),
  );
  await full.close();
  expect(codes).toEqual([
    'json_invalid',
    'credential_missing',
    'credential_missing',
    'credential_missing',
    'operation_not_allowed',
    'input_invalid',
  ]);
});
