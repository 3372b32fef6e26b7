import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { REFUSALS } from '../../src/core/refusal.ts';
import { openApi } from '../../src/http/openapi.ts';
import { defineOperation } from '../../src/operations/operation.ts';
import { operations } from '../../src/operations/table.ts';
import { type Sent, startWorld, TOKENS, type World } from './world.ts';

type Node = { readonly [key: string]: Node } & readonly Node[];

let world: World;
let document: Node;
beforeAll(async () => {
  world = await startWorld();
  document = (await world.send({ path: '/openapi.json' })).json as unknown as Node;
});
afterAll(() => world.close());

/** Every object in a tree, with where it is. */
function nodesOf(tree: unknown, at = '#'): readonly { at: string; node: Record<string, unknown> }[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const inner = Object.entries(tree).flatMap(([key, value]) => nodesOf(value, `${at}/${key}`));
  return [{ at, node: tree as Record<string, unknown> }, ...inner];
}

function routeOf(path: string, method: string): Node {
  return document.paths?.[path]?.[method.toLowerCase()] as Node;
}

/** Validates against a schema of the document. */
function validator(schema: unknown) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'urn:fluxa:document', ...document });
  const whole = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"urn:fluxa:document#/'));
  return ajv.compile(whole);
}

test('it is the document of this server', () => {
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: world.url }] });
  expect(Object.keys(document).sort()).toEqual(['components', 'info', 'openapi', 'paths', 'servers']);
});

test('every operation is there, with its method, path, caller and key', () => {
  const described = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => [route.operationId, method, path]),
  );
  const defined = operations.map(({ name, http }) => [name, http.method.toLowerCase(), http.path]);
  expect(described.sort()).toEqual(defined.sort());
  for (const { http, audience, movesMoney, summary } of operations) {
    const route = routeOf(http.path, http.method);
    const callers = { agent: ['agent'], operator: ['operator'], any: ['agent', 'operator'], anyone: [] }[
      audience
    ];
    expect(route.summary).toBe(summary);
    expect(route.security).toEqual(callers.map((caller) => ({ [caller]: [] })));
    const parameters = route.parameters as unknown as { name: string; in: string; required: boolean }[];
    const inPath = [...http.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(inPath);
    expect(parameters.every((one) => one.in !== 'path' || one.required)).toBe(true);
    expect(parameters.some((one) => one.name === 'Idempotency-Key' && one.required)).toBe(movesMoney);
    expect('requestBody' in route).toBe(http.method === 'POST');
    expect('202' in (route.responses ?? {})).toBe(movesMoney);
  }
});

test('every reference leads somewhere, and every schema is a JSON Schema', () => {
  const references = nodesOf(document).filter(({ node }) => typeof node.$ref === 'string');
  expect(references.length).toBeGreaterThan(operations.length);
  for (const { at, node } of references) {
    const keys = String(node.$ref).slice(2).split('/');
    const target = keys.reduce<Node | undefined>((inner, key) => inner?.[key], document);
    expect(target, `${at} → ${node.$ref}`).toBeTypeOf('object');
  }
  const ajv = new Ajv2020({ strict: false });
  const schemas = nodesOf(document).flatMap(({ at, node }) =>
    'schema' in node ? [{ at, schema: node.schema }] : [],
  );
  expect(schemas.length).toBeGreaterThan(operations.length * 2);
  for (const { at, schema } of schemas) expect(ajv.validateSchema(schema as object), at).toBe(true);
});

test('no schema is left empty: each value is described', () => {
  const schemas = nodesOf(document.paths).filter(({ at }) => /\/(properties\/[^/]+|items|schema)$/.test(at));
  expect(schemas.length).toBeGreaterThan(100);
  const keywords = ['type', '$ref', 'anyOf', 'enum', 'const'];
  expect(
    schemas.filter(({ node }) => !keywords.some((keyword) => keyword in node)).map(({ at }) => at),
  ).toEqual([]);
  expect(nodesOf(document).filter(({ node }) => 'override' in node)).toEqual([]);
});

test('every code of the table is under its status, and an operation names the statuses it can answer with', () => {
  const responses = document.components?.responses as unknown as Record<string, Node>;
  const described = Object.entries(responses).flatMap(([name, response]) => {
    const schema = response.content?.['application/problem+json']?.schema;
    const codes: readonly unknown[] = schema?.allOf?.[1]?.properties?.code?.enum ?? [];
    return codes.map((code) => [code, name]);
  });
  const defined = Object.entries(REFUSALS).map(([code, { status }]) => [code, `Problem${status}`]);
  expect(described.sort()).toEqual(defined.sort());
  expect(Object.keys(routeOf('/v1/wallet', 'GET').responses ?? {})).toEqual([
    '200',
    '400',
    '401',
    '403',
    '404',
    '500',
    '503',
  ]);
  expect(Object.keys(routeOf('/v1/payments', 'POST').responses ?? {})).toEqual([
    '200',
    '202',
    '400',
    '401',
    '402',
    '403',
    '404',
    '409',
    '410',
    '413',
    '415',
    '422',
    '500',
    '502',
    '503',
  ]);
});

test('a schema with an id is described once, by its name', () => {
  const thing = z.object({ id: z.string() }).meta({ id: 'Thing' });
  const shared = { audience: 'anyone', movesMoney: false, isTool: false, input: z.strictObject({}) } as const;
  const get = defineOperation({
    ...shared,
    name: 'thing.get',
    summary: 'A thing',
    http: { method: 'GET', path: '/v1/thing' },
    output: z.object({ thing, others: z.array(thing) }),
    run: async () => ({ outcome: 'ok', output: { thing: { id: '1' }, others: [] } }),
  });
  const described = openApi([get], 'http://127.0.0.1') as unknown as Node;
  const schema = described.paths?.['/v1/thing']?.get?.responses?.[200]?.content?.['application/json']?.schema;
  const reference = { $ref: '#/components/schemas/Thing' };
  expect(schema?.properties).toEqual({ thing: reference, others: { type: 'array', items: reference } });
  expect(described.components?.schemas?.Thing).toMatchObject({ type: 'object', required: ['id'] });
});

describe('real answers are what the document says', () => {
  const MANDATE = { amount: '25.00', intent: 'Weather data', duration: '30d', hosts: ['api.example.com'] };
  const post = (path: string, body: unknown, token: string): Sent => ({ method: 'POST', path, body, token });

  /** Sends a call, checks what is sent and what comes back against the document, and gives the answer. */
  async function check(path: string, sent: Sent): Promise<Record<string, unknown>> {
    const route = routeOf(path, sent.method ?? 'GET');
    const { status, json, headers } = await world.send(sent);
    const stated = route.responses?.[status] as Node | undefined;
    const response = (
      stated?.$ref === undefined ? stated : document.components?.responses?.[`Problem${status}`]
    ) as Node;
    const media = response.content?.[String(headers['content-type'])];
    const validate = validator(media?.schema);
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    if (status === 200 && sent.body !== undefined) {
      const takes = validator(route.requestBody?.content?.['application/json']?.schema);
      expect(takes(sent.body), JSON.stringify(takes.errors)).toBe(true);
    }
    return json;
  }

  test('of every operation, and of refusals', async () => {
    const { mandate } = await check('/v1/mandates', post('/v1/mandates', MANDATE, TOKENS.agent));
    const { id } = mandate as { id: string };
    await check('/v1/mandates/{mandate}', { path: `/v1/mandates/${id}`, token: TOKENS.agent });
    for (const path of [
      '/v1/mandates',
      '/v1/payments',
      '/v1/agents',
      '/v1/wallet',
      '/v1/wallet/balance',
      '/v1/audit',
    ]) {
      await check(path, { path, token: TOKENS.operator });
    }
    await check('/v1/agents', post('/v1/agents', { name: 'New' }, TOKENS.operator));
    const ask = { action: 'mandate.approve', subject: id };
    const approval = (await check('/v1/approvals', post('/v1/approvals', ask, TOKENS.operator))).id as string;
    await check('/v1/approvals/{approval}', { path: `/v1/approvals/${approval}`, token: TOKENS.operator });
    const signature = post(`/v1/approvals/${approval}/signature`, { signature: '0x' }, TOKENS.operator);
    expect(await check('/v1/approvals/{approval}/signature', signature)).toMatchObject({ status: 403 });
    expect(await check('/v1/wallet', { path: '/v1/wallet' })).toMatchObject({ status: 401 });
    expect(await check('/v1/mandates', post('/v1/mandates', '{', TOKENS.agent))).toMatchObject({
      status: 400,
    });
  });
});
