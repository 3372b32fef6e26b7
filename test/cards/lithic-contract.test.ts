import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Issuer, RawRequest } from '../../src/core/card/ports.ts';
import { createLithicIssuer } from '../../src/rails/card/lithic.ts';
import { ORDER, openDesk, SHOP } from '../../src/sandbox/issuer/issuer.fixture.ts';
import { signedHeaders } from '../../src/sandbox/issuer/lithic/signature.ts';
import { type Listener, listen } from '../../src/sandbox/listener.ts';
import { joinLithic } from './lithic-world.ts';
import { NEEDS_VENDOR_APIS, type Prism, readVendorFile, startPrism, vendorFile } from './vendor-api.ts';

const FILE = vendorFile('lithic-openapi.yml');
const TOKEN = '7ef7d65c-9023-4da3-b113-3b8583fd7951';
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const CARD = { reference: ORDER.cardId };

describe.skipIf(FILE === null)(
  `the calls of the adapter keep to Lithic's description (${NEEDS_VENDOR_APIS})`,
  () => {
    let prism: Prism;
    let gate: Listener;
    const calls: string[] = [];

    beforeAll(async () => {
      prism = await startPrism({ file: FILE ?? '' });
      const app = new Hono();
      app.all('*', async ({ req }) => {
        const path = req.url.slice(gate.url.length);
        const body = await req.text();
        const sent = Object.entries(Object.fromEntries(req.raw.headers));
        const headers = Object.fromEntries(sent.filter(([name]) => name !== 'content-length'));
        const answer = await fetch(prism.url + path, { method: req.method, headers, ...(body && { body }) });
        const { status, text } = asReply(answer.status, await answer.text());
        calls.push(`${req.method} ${path.replace(/\?.*/, '')} ${status}`);
        return new Response(text, {
          status,
          headers: { 'content-type': 'application/json', 'retry-after-ms': '1' },
        });
      });
      gate = await listen(app);
    });

    afterAll(async () => {
      await gate.close();
      await prism.close();
    });

    function open(): Issuer {
      calls.length = 0;
      return createLithicIssuer({
        apiKey: 'key',
        environment: 'sandbox',
        baseUrl: gate.url,
        webhookSecret: SECRET,
        decisionSecret: SECRET,
        desk: openDesk(),
        accountToken: TOKEN,
        cardProgramToken: TOKEN,
      });
    }

    test('making a card; one with a number of no sandbox is closed at once', async () => {
      expect(await open().issue(ORDER)).toEqual({
        outcome: 'refused',
        code: 'issuer_refused',
        detail:
          'An issuer on this machine made a card with a number that is not of the sandbox; it was closed',
      });
      expect(calls).toEqual([
        'GET /v1/cards 200',
        'POST /v1/cards 200',
        expect.stringMatching(/^PATCH \/v1\/cards\/[0-9a-f-]{36} 200$/),
      ]);
    });

    test.each(['open', 'paused', 'closed'] as const)('bringing a card to the state %s', async (state) => {
      await open().mirror(TOKEN, { state, lockCents: 2500n, headroomCents: 0n });
      expect(calls).toEqual([`GET /v1/cards/${TOKEN} 200`, `PATCH /v1/cards/${TOKEN} 200`]);
    });

    test('showing a card, which is not shown where its number is of no sandbox', async () => {
      await expect(open().reveal(TOKEN)).rejects.toThrow('a number that is not of the sandbox');
      expect(calls).toEqual([`GET /v1/cards/${TOKEN} 200`]);
    });

    test('reading the history of a card', async () => {
      const history = await open().history(TOKEN);
      expect(calls).toEqual(['GET /v1/transactions 200', 'GET /v2/disputes 200']);
      expect(history.length).toBeGreaterThan(0);
    });

    test('finding the card of a dispute that was filed', async () => {
      const dispute = {
        event_type: 'dispute.updated',
        token: TOKEN,
        transaction_token: TOKEN,
        amount: 200,
        status: 'CASE_WON',
        created: '2026-01-01T00:00:00Z',
      };
      expect((await send(open(), dispute)).status).toBe(200);
      expect(calls).toEqual([`GET /v1/transactions/${TOKEN} 200`]);
    });

    test('the description refuses what it does not allow', async () => {
      const answer = await fetch(`${prism.url}/v1/cards`, {
        method: 'POST',
        headers: { authorization: 'key', 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'VIRTUAL', spend_limit: '2500' }),
      });
      expect(answer.status).toBe(422);
    });
  },
);

describe.skipIf(FILE === null)(`the network speaks as Lithic describes itself (${NEEDS_VENDOR_APIS})`, () => {
  let ajv: Ajv2020;

  beforeAll(() => {
    ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
    ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    for (const name of ['uri', 'ipv4', 'ipv6', 'int64', 'date', 'email']) ajv.addFormat(name, true);
    ajv.addSchema({ $id: 'lithic', ...(parse(readVendorFile(FILE ?? '')) as object) });
  });

  const check = (pointer: string): ValidateFunction => ajv.compile({ $ref: `lithic#${pointer}` });
  const webhook = (event: string) => `/webhooks/${event}/post/requestBody/content/application~1json/schema`;
  const problems = (pointer: string, value: unknown) => {
    const validate = check(pointer);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  /** Plays everything there are words for. */
  async function playAll() {
    const world = await joinLithic();
    const token = await world.issue();
    const { network } = world.issuer;
    const merchant = { ...SHOP, id: 'M-1', country: 'US' };
    const kinds = ['verification', 'balance_inquiry'] as const;
    for (const kind of kinds) await network.authorize({ card: CARD, amountCents: 0n, merchant, kind });
    await network.authorize({ card: CARD, amountCents: 10n, merchant, kind: 'financial' });
    await network.authorize({ card: CARD, amountCents: 10n, merchant, code: 'mismatch' });
    await network.challenge({ card: CARD, amountCents: 2000n, merchant, code: '482913' });
    await network.enterCode({ card: CARD, code: '482913' });
    await network.authorize({ card: CARD, ref: 'a', amountCents: 1500n, merchant, initiator: 'merchant' });
    await network.increment({ card: CARD, auth: 'a', amountCents: 100n });
    await network.reverse({ card: CARD, auth: 'a', amountCents: 100n });
    await network.clear({ card: CARD, ref: 'c1', auth: 'a', amountCents: 800n, isFinal: false });
    await network.expire({ card: CARD, auth: 'a' });
    await network.reverse({ card: CARD, auth: 'a' });
    await network.refund({ card: CARD, ref: 'r1', of: 'c1', amountCents: 300n });
    await network.reverseRefund({ card: CARD, of: 'r1', amountCents: 300n });
    await network.advise({ card: CARD, ref: 'b', amountCents: 5n, merchant: SHOP });
    await network.timeOut({ card: CARD, auth: 'b' });
    await network.clear({ card: CARD, ref: 'f1', auth: null, amountCents: 77n });
    await network.refund({ card: CARD, ref: 'r2', of: null, amountCents: 7n });
    for (const step of ['opened', 'lost'] as const) {
      await network.dispute(step, { card: CARD, of: 'c1', amountCents: 800n });
    }
    return { ...world, token };
  }

  test('questions, answers and events', async () => {
    const { inbox } = await playAll();
    const said = inbox.map(({ path, body, reply }) => {
      const value: unknown = JSON.parse(body);
      const { event_type: event } = value as { event_type: string };
      const answers =
        path === 'decisions' ? problems('/components/schemas/asa-response', JSON.parse(reply)) : [];
      return { event, problems: [...problems(webhook(event), value), ...answers] };
    });
    expect(said.filter((one) => one.problems.length > 0)).toEqual([]);
    expect(new Set(said.map(({ event }) => event))).toEqual(
      new Set([
        'card_authorization.approval_request',
        'card_transaction.updated',
        'three_ds_authentication.challenge',
        'three_ds_authentication.updated',
        'dispute_transaction.created',
        'dispute_transaction.updated',
      ]),
    );
  });

  test('the end of a making that was pending', async () => {
    const { adapter, inbox, issuer } = await joinLithic();
    issuer.network.faults.issue = 'pending';
    await adapter.issue(ORDER);
    await issuer.network.activate(CARD, 'failed');
    expect(inbox.map(({ body }) => problems(webhook('card.updated'), JSON.parse(body)))).toEqual([[]]);
  });

  test('the replies of its API', async () => {
    const { adapter, calls, token } = await playAll();
    await adapter.mirror(token, { state: 'paused', lockCents: 2600n, headroomCents: 0n });
    await adapter.reveal(token);
    await adapter.history(token);
    const schemas: readonly (readonly [RegExp, string])[] = [
      [/^GET \/v1\/cards\?/, '/paths/~1v1~1cards/get/responses/200/content/application~1json/schema'],
      [/^(POST|GET|PATCH) \/v1\/cards/, '/components/schemas/pci_card_response'],
      [/^GET \/v1\/transactions/, '/components/schemas/list_transactions_response'],
      [/^GET \/v2\/disputes/, '/components/schemas/disputes-response'],
    ];
    const found = calls.map(({ method, path, reply }) => {
      const call = `${method} ${path}`;
      const schema = schemas.find(([pattern]) => pattern.test(call))?.[1] ?? '';
      return {
        call: `${method} ${path.replace(/[?].*|[0-9a-f-]{36}/, '')}`,
        problems: problems(schema, JSON.parse(reply)),
      };
    });
    expect(found).toEqual(
      [
        ...['GET /v1/cards', 'POST /v1/cards', 'GET /v1/cards/', 'PATCH /v1/cards/', 'GET /v1/cards/'],
        ...['GET /v1/transactions', 'GET /v2/disputes'],
      ].map((call) => ({ call, problems: [] })),
    );
  });

  test('a transaction that lacks something is found', () => {
    expect(problems('/components/schemas/card_transaction', { token: 'no' })).toContain(
      '/token must match format "uuid"',
    );
  });
});

/**
 * What the mock answers, with cards that are open, and lists that end after their first page, as its own never do. Where it took the request and
 * only its own made-up list is not as described, the list is empty.
 */
function asReply(status: number, text: string): { readonly status: number; readonly text: string } {
  const { validation = [] } = JSON.parse(text) as { validation?: { location: string[] }[] };
  const isOwnFault = validation.length > 0 && validation.every(({ location }) => location[0] === 'response');
  if (isOwnFault) return { status: 200, text: JSON.stringify({ data: [], has_more: false }) };
  const reply = text.replace(/"has_more":true/, '"has_more":false');
  return { status, text: reply.replace(/"state":"CLOSED"/, '"state":"OPEN"') };
}

/** Signs an event and hands it to the adapter, as Lithic would. */
async function send(issuer: Issuer, event: object) {
  const body = JSON.stringify(event);
  const request: RawRequest = { headers: signedHeaders(body, SECRET), body };
  const route = issuer.inbox.find(({ path }) => path === 'events');
  if (route === undefined) throw new Error('There is no inbox for events');
  return route.receive(request);
}
