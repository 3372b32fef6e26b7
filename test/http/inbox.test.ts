import { expect, test } from 'vitest';
import type { InboxRoute, Issuer, RawRequest } from '../../src/core/card/ports.ts';
import type { CardParts } from '../../src/operations/cards.ts';
import { startWorld, type World } from './world.ts';

/** A server whose issuer has these routes; nothing else of it is asked here. */
async function serve(inbox: readonly InboxRoute[]): Promise<World> {
  const issuer = { id: 'lithic', inbox } as Issuer;
  return startWorld({ cards: () => ({ issuer }) as CardParts });
}

test("an issuer's request reaches its adapter byte for byte, without a credential, and the reply goes back", async () => {
  const seen: RawRequest[] = [];
  const receive = async (request: RawRequest) => {
    seen.push(request);
    return { status: 201, headers: { 'stripe-version': '1' }, body: '{"approved":true}' };
  };
  const world = await serve([{ path: 'decisions', receive }]);
  const body = '{ "a":1,\r\n "b":"é" }\n';
  const headers = { 'webhook-signature': 'v1,x', 'content-type': 'text/plain' };
  const reply = await world.send({ method: 'POST', path: '/v1/issuers/lithic/decisions', headers, body });
  expect([reply.status, reply.headers['stripe-version'], reply.text]).toEqual([
    201,
    '1',
    '{"approved":true}',
  ]);
  expect(seen.map((request) => request.body)).toEqual([body]);
  expect(seen[0]?.headers).toMatchObject({ 'webhook-signature': 'v1,x' });
  await world.close();
});

test('what breaks is answered with 500 and nothing else, and is in the log', async () => {
  const receive = async () => {
    throw new Error('The books are shut');
  };
  const world = await serve([{ path: '/events', receive }]);
  const reply = await world.send({ method: 'POST', path: '/v1/issuers/lithic/events', body: '{}' });
  expect([reply.status, reply.text]).toEqual([500, '']);
  expect(world.logged).toEqual(['Inbox of lithic: The books are shut']);
  await world.close();
});

test('a body over a mebibyte, and one that is no text, do not reach the adapter', async () => {
  let calls = 0;
  const receive = async () => {
    calls += 1;
    return { status: 200, headers: {}, body: '' };
  };
  const world = await serve([{ path: 'events', receive }]);
  const send = (body: Uint8Array) => world.send({ method: 'POST', path: '/v1/issuers/lithic/events', body });
  expect((await send(new Uint8Array(1024 * 1024 + 1).fill(32))).status).toBe(413);
  expect((await send(new Uint8Array([0xff, 0xfe]))).status).toBe(400);
  expect([(await send(new Uint8Array(1024 * 1024).fill(32))).status, calls]).toEqual([200, 1]);
  await world.close();
});

test('another issuer, another path and another method have no inbox', async () => {
  const receive = async () => ({ status: 200, headers: {}, body: '' });
  const world = await serve([{ path: 'events', receive }]);
  const statuses = await Promise.all(
    ['/v1/issuers/stripe/events', '/v1/issuers/lithic/other', '/v1/issuers/lithic'].map(
      async (path) => (await world.send({ method: 'POST', path, body: '{}' })).status,
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
  expect((await world.send({ path: '/v1/issuers/lithic/events' })).status).toBe(404);
  await world.close();
});
