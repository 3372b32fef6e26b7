import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { CardControls } from '../../src/core/card/card.ts';
import { unitsOf } from '../../src/core/card/cents.ts';
import type { MessageAnswer, NetworkMessage } from '../../src/core/card/network.ts';
import type { CardDesk, CardNotice, IssueOrder, Issuer } from '../../src/core/card/ports.ts';
import type { StripeOptions } from '../../src/rails/card/stripe/account.ts';
import { createStripeIssuer } from '../../src/rails/card/stripe.ts';
import { openSandboxIssuer, type SandboxIssuer } from '../../src/sandbox/issuer/issuer.ts';
import { listen } from '../../src/sandbox/listener.ts';

/** A desk that answers as it is told to, keeps each message once, and remembers all of it. */
export type TestDesk = CardDesk & {
  readonly asked: CardNotice[];
  /** Every message by its id, as it was first heard; in that order. */
  readonly log: Map<string, CardNotice>;
  readonly issuedCards: { readonly token: string; readonly result: string }[];
  answer: (notice: CardNotice) => MessageAnswer;
  isBroken: boolean;
};

/** Opens a desk that approves. */
export function openTestDesk(): TestDesk {
  const answers = new Map<string, MessageAnswer>();
  const desk: TestDesk = {
    asked: [],
    log: new Map(),
    issuedCards: [],
    isBroken: false,
    answer: ({ message }) => ({
      kind: 'approved',
      approvedUnits: 'amountUnits' in message ? (message.amountUnits ?? 0n) : 0n,
      isPartial: false,
    }),
    decide: async (_issuer, notice) => {
      desk.asked.push(notice);
      const answer = answers.get(notice.message.id) ?? desk.answer(notice);
      answers.set(notice.message.id, answer);
      if (!desk.log.has(notice.message.id)) desk.log.set(notice.message.id, notice);
      return answer;
    },
    record: async (_issuer, notice) => {
      if (desk.isBroken) throw new Error('The desk is broken');
      if (!desk.log.has(notice.message.id)) desk.log.set(notice.message.id, notice);
    },
    issued: async (_issuer, token, result) => {
      desk.issuedCards.push({ token, result });
    },
  };
  return desk;
}

/** What a card of a test takes. */
const CONTROLS: CardControls = {
  hosts: ['shop.test'],
  merchantLock: null,
  blockedMccs: ['6010', '6011', '6051', '4829', '7995', '5542', '6540'],
  allowedMccs: null,
  allowedCountries: null,
  requires3ds: false,
  allowsPartialApproval: false,
  reopensOnFullReversal: false,
  lateReserveMs: 0,
  ttlMs: 86_400_000,
  holdMs: 604_800_000,
  holdLongMs: 2_678_400_000,
  longMccs: [],
  probeMaxUnits: unitsOf(100n),
  probesOpenMax: 1,
  probesMax: 3,
  verificationsMax: 3,
  credentialFailuresMax: 3,
};

/** A card of 25 dollars. */
export const ORDER: IssueOrder = {
  cardId: 'card_01jstripe',
  label: 'A domain name',
  lockCents: 2500n,
  headroomCents: 100n,
  controls: CONTROLS,
  expiresAtMs: Date.UTC(2026, 0, 2),
};

export const SHOP = { name: 'SaaS Store', mcc: '5734', country: 'US' };
/** The shop as a message has it. */
export const SHOP_SEEN = { name: 'SaaS Store', id: null, mcc: '5734', country: 'US' };

export const NOW_MS = Date.UTC(2026, 0, 1);
const SECRETS = { apiKey: 'sk_test_sandbox', webhookSecret: 'whsec_sandbox' };

/** The sandbox's issuer in Stripe's words, with the adapter and its inbox, over HTTP on this machine. */
export type World = {
  readonly sandbox: SandboxIssuer;
  readonly issuer: Issuer;
  readonly desk: TestDesk;
  /** The answers of the inbox, newest last. */
  readonly replies: { readonly path: string; readonly status: number; readonly body: string }[];
  /** The events that the sandbox sent. */
  readonly sent: { readonly data: { readonly object: { readonly object: string } } }[];
  /** Makes the card of `ORDER`. */
  readonly issue: (
    order?: Partial<IssueOrder>,
  ) => Promise<{ readonly token: string; readonly networkToken: string }>;
};

/** Opens a world that closes with the test. */
export async function openWorld(options: Partial<StripeOptions> = {}): Promise<World> {
  const desk = openTestDesk();
  const clock = { nowMs: () => NOW_MS };
  const replies: World['replies'] = [];
  const sent: World['sent'] = [];
  const inbox = new Hono();
  const listener = await listen(inbox);
  const sandbox = await openSandboxIssuer({
    dialect: 'stripe',
    clock,
    secrets: SECRETS,
    seed: 'stripe',
    retryMs: 0,
    inboxUrl: () => listener.url,
  });
  onTestFinished(async () => {
    await sandbox.close();
    await listener.close();
  });
  const issuer = createStripeIssuer({
    apiKey: SECRETS.apiKey,
    baseUrl: sandbox.apiUrl,
    decisionSecret: SECRETS.webhookSecret,
    webhookSecret: SECRETS.webhookSecret,
    cardholder: HOLDER,
    desk,
    clock,
    ...options,
  });
  for (const { path, receive } of issuer.inbox) {
    inbox.post(`/${path}`, async (c) => {
      const headers = Object.fromEntries(c.req.raw.headers);
      const raw = await c.req.text();
      sent.push(JSON.parse(raw));
      const failed = { status: 500, headers: {}, body: '' };
      const { status, headers: answered, body } = await receive({ headers, body: raw }).catch(() => failed);
      replies.push({ path, status, body });
      return new Response(body, { status, headers: answered });
    });
  }
  return {
    sandbox,
    issuer,
    desk,
    replies,
    sent,
    issue: async (order = {}) => {
      const issued = await issuer.issue({ ...ORDER, ...order });
      if ('outcome' in issued) throw new Error(issued.detail);
      return { token: issued.token, networkToken: issued.token.replace(/^ic_/, '') };
    },
  };
}

/** Somebody to make cards out to. */
export const HOLDER = {
  name: 'Ada Lovelace',
  email: 'ada@shop.test',
  billing: { line1: '1 Main St', city: 'Boston', postalCode: '02108', country: 'US', state: 'MA' },
};

/** What a desk heard, in order. */
export function messagesOf(desk: TestDesk): readonly NetworkMessage[] {
  return [...desk.log.values()].map(({ message }) => message);
}

/** The same in short: kinds, how they came about, and cents. */
export function storyOf(desk: TestDesk): readonly string[] {
  return messagesOf(desk).map(inShort);
}

/** A message in short. */
export function inShort(message: NetworkMessage): string {
  const units = 'amountUnits' in message ? message.amountUnits : null;
  const how = 'mode' in message ? message.mode : 'step' in message ? message.step : null;
  return [message.kind, how, units === null ? null : units / 10_000n]
    .filter((part) => part !== null)
    .join(' ');
}

/** A shop asks for a charge under the name `a1`. */
export function purchase(world: World, networkToken: string, amountCents = 2000n) {
  const card = { token: networkToken };
  return world.sandbox.network.authorize({ card, ref: 'a1', amountCents, merchant: SHOP });
}
