import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import type { MessageAnswer } from '../../core/card/network.ts';
import type { CardDesk, CardNotice, Issuer } from '../../core/card/ports.ts';
import { createSandboxIssuer } from '../../rails/card/sandbox.ts';
import { type Listener, listen } from '../listener.ts';
import { openSandboxIssuer, type SandboxIssuer, type SandboxIssuerOptions } from './issuer.ts';

/** A clock that stands until it is moved. */
export type StillClock = { readonly nowMs: () => number; readonly advance: (hours: number) => void };

/** A clock that stands at the beginning of 2026. */
export function stillClock(): StillClock {
  let now = Date.UTC(2026, 0, 1);
  return {
    nowMs: () => now,
    advance: (hours) => {
      now += hours * 3_600_000;
    },
  };
}

/** A wallet that decides as it is told, and remembers all it heard. */
export type Desk = CardDesk & {
  readonly asked: CardNotice[];
  readonly told: CardNotice[];
  readonly issuedCards: { readonly token: string; readonly result: string }[];
  /** What it says to the next questions; it approves all of them until it is told otherwise. */
  answer: (notice: CardNotice) => Promise<MessageAnswer> | MessageAnswer;
  /** It takes nothing while this is set. */
  isBroken: boolean;
};

/** A desk that approves what is asked. */
export function openDesk(): Desk {
  const desk: Desk = {
    asked: [],
    told: [],
    issuedCards: [],
    isBroken: false,
    answer: ({ message }) =>
      message.kind === 'authorization' || message.kind === 'increment'
        ? { kind: 'approved', approvedUnits: message.amountUnits, isPartial: false }
        : { kind: 'noted' },
    decide: async (_, notice) => {
      desk.asked.push(notice);
      return desk.answer(notice);
    },
    record: async (_, notice) => {
      if (desk.isBroken) throw new Error('The desk is broken');
      desk.told.push(notice);
    },
    issued: async (_, token, result) => {
      if (desk.isBroken) throw new Error('The desk is broken');
      desk.issuedCards.push({ token, result });
    },
  };
  return desk;
}

/** The sandbox's issuer and the wallet's adapter for it, joined over HTTP. */
export type Joined = {
  readonly issuer: SandboxIssuer;
  readonly adapter: Issuer;
  readonly desk: Desk;
  readonly clock: StillClock;
  /** The wallet's inbox. */
  readonly inboxUrl: string;
  /** Makes a card of 25 dollars and returns its token. */
  readonly issue: (cardId?: `card_${string}`) => Promise<string>;
};

/** Joins them; everything is closed after the test. */
export async function join(options: Partial<SandboxIssuerOptions> = {}): Promise<Joined> {
  const clock = stillClock();
  const desk = openDesk();
  const inbox = new Hono();
  const listener: Listener = await listen(inbox);
  const issuer = await openSandboxIssuer({
    dialect: 'sandbox',
    clock,
    inboxUrl: () => listener.url,
    seed: 'a test',
    retryMs: 0,
    ...options,
  });
  const adapter = createSandboxIssuer({ url: issuer.apiUrl, ...issuer.secrets, desk, clock });
  for (const { path, receive } of adapter.inbox) {
    inbox.post(`/${path}`, async (c) => {
      const headers = Object.fromEntries(c.req.raw.headers);
      const { status, headers: replied, body } = await receive({ headers, body: await c.req.text() });
      return new Response(body, { status, headers: replied });
    });
  }
  inbox.onError((_, c) => c.text('', 500));
  onTestFinished(async () => {
    await issuer.close();
    await listener.close();
  });
  return {
    issuer,
    adapter,
    desk,
    clock,
    inboxUrl: listener.url,
    issue: async (cardId = 'card_1') => {
      const issued = await adapter.issue({ ...ORDER, cardId });
      if ('outcome' in issued) throw new Error(issued.detail);
      return issued.token;
    },
  };
}

/** An order of a card of 25 dollars. */
export const ORDER = {
  cardId: 'card_1',
  label: 'A domain name',
  lockCents: 2500n,
  headroomCents: 0n,
  expiresAtMs: Date.UTC(2026, 0, 2),
  controls: {
    hosts: ['shop.test'],
    merchantLock: null,
    blockedMccs: [],
    allowedMccs: null,
    allowedCountries: null,
    requires3ds: false,
    allowsPartialApproval: false,
    reopensOnFullReversal: false,
    lateReserveMs: 0,
    ttlMs: 86_400_000,
    holdMs: 0,
    holdLongMs: 0,
    longMccs: [],
    probeMaxUnits: 0n,
    probesOpenMax: 1,
    probesMax: 3,
    verificationsMax: 3,
    credentialFailuresMax: 3,
  },
} as const;

/** A shop as an acquirer names it, and as a message has it. */
export const SHOP = { name: 'SaaS Store', mcc: '5734' };
export const SHOP_SENT = { name: 'SaaS Store', id: null, mcc: '5734', country: null };
